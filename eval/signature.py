"""What a score was measured on and how: two scores compare only where their signatures agree."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from pydantic import Field

from eval.metrics.answers import NORMALISATION, TOKENISATION
from eval.metrics.bootstrap import LEVEL, RESAMPLES
from eval.selection import Taken, part_label, split_hash, split_label
from radiology.datasets.table import Dataset
from radiology.imaging.chosen import frontal_of, prior_with_film
from radiology.study import Case, ModelInfo, Noun

_PACKAGES = ("sightline", "numpy", "torch", "transformers")


class Baselines(Noun):
    """Where the majority's knowledge is from, and the number of studies both baselines rest on."""

    majority_from: Literal["train split", "evaluated set"]
    majority_n: int
    blank_n: int


class Asked(Noun):
    """What the model is asked for, and what its answer is compared with."""

    prompt: str
    reference: str


class Signature(Noun):
    """`n` counts studies, `questions` the questions about them, `skipped` rows of the data that held no usable study.

    `split` is the published one, or `custom`; `part` what was taken of the data. `views` counts the studies that show a
    frontal, a lateral and a prior frontal film. `load` is "4bit" or "8bit" where the model's weights were quantised.
    `metrics` says how each metric is computed where that has to be said, `judges` which models weighed the reports.
    """

    split: str
    part: str = "all"
    split_hash: str
    n: int
    questions: int
    skipped: dict[str, int]
    limit: int | None
    seed: int
    views: dict[str, int]
    prompt: str = ""
    reference: str = ""
    normalisation: str = NORMALISATION
    tokenisation: str = TOKENISATION
    interval: str = f"percentile {LEVEL:.0%} of {RESAMPLES} bootstraps over patients"
    phantom_version: str | None
    model: ModelInfo
    load: str | None = None
    baselines: Baselines
    versions: dict[str, str]
    metrics: dict[str, str] = Field(default_factory=dict)
    judges: dict[str, str] = Field(default_factory=dict)


INCOMPARABLE = (
    "split",
    "split_hash",
    "n",
    "questions",
    "views",
    "reference",
    "normalisation",
    "tokenisation",
    "interval",
    "metrics",
    "judges",
    "phantom_version",
)
"""The fields of a signature in which two scores must agree to be compared; the others tell the two models apart."""


def differences(
    one: Signature, other: Signature, fields: Iterable[str] = tuple(Signature.model_fields)
) -> dict[str, tuple[str, str]]:
    """Field -> its two values, where they differ; of a field that is a table its entries, as "field.entry"."""
    left, right = one.model_dump(mode="json"), other.model_dump(mode="json")
    found: dict[str, tuple[str, str]] = {}
    for field in fields:
        if isinstance(left[field], dict) and isinstance(right[field], dict):
            for key in sorted(left[field].keys() | right[field].keys()):
                pair = str(left[field].get(key, "none")), str(right[field].get(key, "none"))
                found |= {f"{field}.{key}": pair} if pair[0] != pair[1] else {}
        elif left[field] != right[field]:
            found[field] = str(left[field]), str(right[field])
    return found


def sign(
    data: Dataset,
    taken: Taken,
    model: ModelInfo,
    baselines: Baselines,
    asked: Asked,
    load: str | None = None,
) -> Signature:
    """The signature of scores on `data`, as evaluated."""
    phantoms = sorted({case.phantom_version for case in data.cases if case.phantom_version})
    return Signature(
        split=split_label(data),
        part=part_label(data, taken.split),
        split_hash=split_hash(data),
        n=len(data.cases),
        questions=len(data.questions),
        skipped=dict(data.skipped),
        limit=taken.limit,
        seed=taken.seed,
        prompt=asked.prompt,
        reference=asked.reference,
        views=_views(data.cases),
        phantom_version=", ".join(phantoms) or None,
        model=model,
        load=load,
        baselines=baselines,
        versions=_versions(),
    )


def _views(cases: tuple[Case, ...]) -> dict[str, int]:
    shown: Counter[str] = Counter()
    for study in (case.study for case in cases):
        shown["frontal"] += frontal_of(study) is not None
        shown["lateral"] += study.view(False) is not None
        shown["prior frontal"] += prior_with_film(study) is not None
    return dict(shown)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
