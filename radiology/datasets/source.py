"""What a reader of a data set gives, and what is known of where the data comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from radiology.datasets.parquet import parquet_files
from radiology.datasets.patients import one_split
from radiology.errors import SightlineError
from radiology.study import Case, Question


@dataclass(frozen=True)
class Dataset:
    """`skipped` counts what could not be used, by reason, so that rows in = cases + skipped."""

    cases: tuple[Case, ...]
    questions: tuple[Question, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """`load(path, workdir)` reads the set at `path`; pictures that come inside a Parquet file go below `workdir`.

    `layout` is what `path` should hold, `tried` what of the real files was read with it ("" for none yet), `obtain`
    where the set is to be had.
    """

    name: str
    title: str
    licence: str
    citation: str
    load: Callable[[Path, Path], Dataset]
    layout: str = ""
    tried: str = ""
    obtain: str = ""


Item = tuple[Case, tuple[Question, ...]] | str
"""A case and what is asked of it, or why there is none."""


def load_either(
    from_parquet: Callable[[Path, Path], Iterable[Item]], as_published: Callable[[Path], Iterable[Item]], expected: str
) -> Callable[[Path, Path], Dataset]:
    """A `load` for a set that comes as Parquet or in its publisher's own layout.

    `from_parquet` gets a file and the working folder, `as_published` the path given; `expected` names both forms.
    """

    def load(path: Path, workdir: Path) -> Dataset:
        files = parquet_files(path)
        items = (item for file in files for item in from_parquet(file, workdir)) if files else as_published(path)
        return gather(path, items, expected)

    return load


def gather(path: Path, items: Iterable[Item], expected: str) -> Dataset:
    """Cases with their questions, and reasons why there is none, as one Dataset; no patient is in two splits.

    Raises SightlineError when `path` gives not one case; `expected` says what should be there.
    """
    cases: list[Case] = []
    questions: list[Question] = []
    skipped: Counter[str] = Counter()
    for item in one_split(items):
        if isinstance(item, str):
            skipped[item] += 1
        else:
            cases.append(item[0])
            questions += item[1]
    if not cases:
        raise SightlineError(f"`{path}`: no study found{_reasons(skipped)}, expected {expected}.")
    return Dataset(tuple(cases), tuple(questions), dict(skipped))


def _reasons(skipped: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} times {reason}" for reason, count in sorted(skipped.items()))
    return f" ({told})" if told else ""
