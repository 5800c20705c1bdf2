"""Predictions with a probability, task by task, as the calibration metrics see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eval.metrics.forecasts import Forecasts, confidences, forecasts, foretells
from eval.prediction import Prediction

TASKS = {
    "closed": "yes/no answers",
    "head": "image-level heads",
    "choice": "choices",
    "open": "open answers",
    "sentence": "sentences",
}
"""Task -> how a legend calls its rows; the place in this table is the series' colour."""


@dataclass(frozen=True)
class Graded:
    """The rows of one task that have a probability; failed ones count as wrong as can be."""

    task: str
    rows: tuple[Prediction, ...]

    @property
    def series(self) -> int:
        return list(TASKS).index(self.task)

    @property
    def label(self) -> str:
        return TASKS[self.task]

    @property
    def forecasts(self) -> Forecasts:
        """P("yes") of yes/no answers, P(right) of the others, and whether it came true."""
        return forecasts(self.rows)

    @property
    def confidences(self) -> Forecasts:
        """How sure the answer was, and whether it was right."""
        return confidences(self.rows)


def graded(rows: Iterable[Prediction]) -> list[Graded]:
    """The tasks of which any row forecasts something, in the order of TASKS, with the rows that do."""
    own: dict[str, list[Prediction]] = {task: [] for task in TASKS}
    for row in rows:
        if row.task in own and foretells(row):
            own[row.task].append(row)
    known = {task: [row for row in some if row.failed or row.probability is not None] for task, some in own.items()}
    return [Graded(task, tuple(some)) for task, some in known.items() if not all(row.failed for row in some)]
