"""Predictions study by study: all that was said of one, and whether it was right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eval.prediction import Prediction
from eval.report.verdicts import right

_SECOND_PATH = ("head", "sentence", "retrieval")
"""Tasks that are shown but are no answer of the model."""


@dataclass(frozen=True)
class Group:
    """The rows of one study."""

    study_id: str
    rows: tuple[Prediction, ...]

    @property
    def judged(self) -> tuple[tuple[Prediction, bool], ...]:
        """Rows that are the model's answers, and whether they are right."""
        graded = ((row, right(row)) for row in self.rows if row.task not in _SECOND_PATH)
        return tuple((row, verdict) for row, verdict in graded if verdict is not None)

    @property
    def right(self) -> bool:
        return all(verdict for _, verdict in self.judged)


def group_rows(rows: Iterable[Prediction]) -> tuple[Group, ...]:
    """By study, in the order of the first row of each."""
    groups: dict[str, list[Prediction]] = {}
    for row in rows:
        groups.setdefault(row.study_id, []).append(row)
    return tuple(Group(study_id, tuple(own)) for study_id, own in groups.items())
