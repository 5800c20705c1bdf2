"""Predictions with a probability, task by task, as the calibration metrics see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eval.metrics.answers import normalise
from eval.metrics.forecasts import Forecasts, confidences, forecasts
from eval.prediction import Prediction

TASKS = {
    "closed": "yes/no answers",
    "head": "image-level heads",
    "choice": "choices",
    "open": "open answers",
    "sentence": "sentences",
}
"""Task -> how a legend calls its rows; the place in this table is the series' colour."""
YES_NO = ("closed", "head")
_WORDS = frozenset(("yes", "no"))


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


def yes_or_no(row: Prediction) -> bool:
    """Is the row a question, or a head's, that is answered by yes or no?"""
    said = {normalise(text) for text in (row.reference, row.prediction) if text is not None}
    return row.task in YES_NO and said <= _WORDS


def graded(rows: Iterable[Prediction]) -> list[Graded]:
    """The tasks of which any answer has a probability, in the order of TASKS.

    Closed questions with other answers than yes and no are left out: their probability is that of the answer.
    """
    own: dict[str, list[Prediction]] = {task: [] for task in TASKS}
    for row in rows:
        if row.task in own and (row.task not in YES_NO or yes_or_no(row)):
            own[row.task].append(row)
    known = {task: [row for row in some if row.failed or row.probability is not None] for task, some in own.items()}
    return [Graded(task, tuple(some)) for task, some in known.items() if not all(row.failed for row in some)]
