"""Which studies of a data set are evaluated, and under which split they are scored."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from typing import Literal

from radiology.datasets.split import split_by_rule, stated_split
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case, Noun

Split = Literal["all", "train", "val", "test"]
SPLITS: tuple[Split, ...] = ("all", "train", "val", "test")


class Taken(Noun):
    """Which part of a data set is evaluated."""

    split: str = "all"
    limit: int | None = None
    seed: int = 0


def take(data: Dataset, taken: Taken, name: str) -> Dataset:
    """The part of `data` that is evaluated, which `name` calls in errors. Raises SightlineError when it is empty."""
    return take_sample(take_split(data, taken.split, name), taken.limit, taken.seed)


def take_split(data: Dataset, split: str, name: str) -> Dataset:
    """The part of `data` in `split`. Raises SightlineError for an unknown or an empty split."""
    if split not in SPLITS:
        raise SightlineError(f"`--split`: {split} is no split, choose one of {', '.join(SPLITS)}.")
    cases = [case for case in data.cases if split in ("all", split_by_rule(case))]
    if not cases:
        held = sorted({split_by_rule(case) for case in data.cases}) or ["nothing"]
        raise SightlineError(
            f"`{name}`: no study of split {split}, it holds {', '.join(held)}; choose another --split."
        )
    return keep(data, cases)


def take_sample(data: Dataset, limit: int | None, seed: int) -> Dataset:
    """At most `limit` studies, drawn without replacement by `seed`, whatever order they came in."""
    if limit is None or limit >= len(data.cases):
        return data
    if limit < 1:
        raise SightlineError(f"`--limit`: {limit} leaves nothing to evaluate, give 1 or more.")
    drawn = random.Random(seed).sample(sorted(case.study.study_id for case in data.cases), limit)  # noqa: S311
    wanted = set(drawn)
    return keep(data, [case for case in data.cases if case.study.study_id in wanted])


def keep(data: Dataset, cases: Iterable[Case]) -> Dataset:
    """`cases` and the questions about them."""
    kept = tuple(cases)
    ids = {case.study.study_id for case in kept}
    return Dataset(kept, tuple(q for q in data.questions if q.study_id in ids), data.skipped)


def split_label(data: Dataset) -> str:
    """The published split that all studies are stated to be of, else `custom`: one of our own making, or a mixture."""
    stated = {stated_split(case) for case in data.cases}
    return stated.pop() if len(stated) == 1 else "custom"


def part_label(data: Dataset, split: str) -> str:
    """What was asked for, and by which rule: "val by patient hash" where the data does not state it itself."""
    return split if split == "all" or split_label(data) == split else f"{split} by patient hash"


def split_hash(data: Dataset) -> str:
    """Names the evaluated set: a hash of its studies (sizes of their films, reports, findings), questions and answers,
    in any order. Films of one size are not told apart: see `radiology.datasets.fingerprint`."""
    items = [f"study {_described(case)}" for case in data.cases]
    items += [f"question {q.study_id} {q.text} {q.choices} {q.answer}" for q in data.questions]
    return hashlib.sha256("\n".join(sorted(items)).encode(errors="replace")).hexdigest()[:16]


def _described(case: Case) -> str:
    views = [(view.projection.value, view.width, view.height) for view in case.study.views]
    findings = sorted(finding.model_dump_json(exclude_defaults=True) for finding in case.findings)
    report = case.report.model_dump_json(exclude_defaults=True) if case.report else ""
    return f"{case.study.study_id} {views} {report} {findings}"
