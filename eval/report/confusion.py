"""Which answer was given for which: the commonest references of a topic against the predictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.answers import exact, normalise
from eval.prediction import Prediction
from eval.report.wording import share

SHOWN = 8
"""References with a row and a column of their own."""
_TASKS = ("closed", "choice", "open")
OTHER, FAILED = "\tother", "\tnone"
"""No normalised answer holds a tab."""


@dataclass(frozen=True)
class Cell:
    """`heat` is the share of its row, 0 to 1; on the diagonal the answers are right."""

    count: int
    heat: float
    diagonal: bool


@dataclass(frozen=True)
class Line:
    reference: str
    n: int
    right: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """`answers` heads the columns, then `extra` those of anything else; without lines (nearly every reference is one of
    its kind) only the counts are told.

    `rest` counts rows of references that have no line, `rest_right` the right ones of them.
    """

    title: str
    n: int
    n_right: int
    distinct: int
    answers: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    rest: int = 0
    rest_right: int = 0


def matrices(rows: Sequence[Prediction]) -> tuple[Matrix, ...]:
    """One a task and topic of the questions, in their order."""
    groups: dict[tuple[str, str], list[Prediction]] = {}
    for row in rows:
        if row.task in _TASKS:
            groups.setdefault((row.task, row.topic), []).append(row)
    return tuple(_matrix(_title(*key), own) for key, own in groups.items())


def _title(task: str, topic: str) -> str:
    return f"{topic} ({task})" if topic and topic != task else task


def _matrix(title: str, rows: Sequence[Prediction]) -> Matrix:
    counts = Counter(normalise(row.reference) for row in rows)
    common = sorted(counts, key=lambda answer: (-counts[answer], answer))[:SHOWN]
    whole = Matrix(title, len(rows), sum(map(exact, rows)), len(counts))
    if sum(counts[answer] for answer in common) < len(rows) / 2:
        return whole
    rest = [row for row in rows if normalise(row.reference) not in common]
    own = [[row for row in rows if normalise(row.reference) == answer] for answer in common]
    given = [Counter(_column(row, common) for row in some) for some in own]
    extra = tuple(column for column in (OTHER, FAILED) if any(counts[column] for counts in given))
    lines = tuple(_line(i, (*common, *extra), given[i], some) for i, some in enumerate(own))
    told = len(rest), sum(map(exact, rest))
    return Matrix(title, whole.n, whole.n_right, whole.distinct, tuple(common), extra, lines, *told)


def _line(index: int, columns: Sequence[str], given: Counter[str], rows: Sequence[Prediction]) -> Line:
    cells = tuple(Cell(given[name], given[name] / len(rows), i == index) for i, name in enumerate(columns))
    reference = columns[index]
    return Line(reference, len(rows), share(sum(map(exact, rows)), len(rows)), cells)


def _column(row: Prediction, common: Sequence[str]) -> str:
    if row.prediction is None:
        return FAILED
    answer = normalise(row.prediction)
    return answer if answer in common else OTHER
