"""What a row's probability forecasts, and whether it came true.

That of a yes/no question (or of a head) is P("yes"), a sentence's is P("right"), that of an open or a choice question
is P(the answer is right). Other rows forecast nothing, such as those of closed questions that are answered freely ("AP
or PA?"). Rows without a probability are left out, but for failed ones: those are as wrong as can be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics.answers import exact, normalise
from eval.metrics.metric import Metric
from eval.metrics.weighting import Array, Rows, Score
from eval.prediction import Prediction

YES_NO = ("closed", "head")
"""The tasks whose probability is that of "yes"."""
_JUDGED_BY_ANSWER = ("open", "choice")


@dataclass(frozen=True)
class Forecasts:
    """`at`: which rows, [M] indices; `stated`: their probabilities, [M]; `true`: what came true, [M]."""

    at: NDArray[np.intp]
    stated: Array
    true: NDArray[np.bool_]


def yes_or_no(row: Prediction) -> bool:
    """Is the row a question, or a head's, to which the answer is yes or no?

    The reference decides, for what a model answers must not decide what it is scored on.
    """
    return row.task in YES_NO and normalise(row.reference) in ("yes", "no")


def foretells(row: Prediction) -> bool:
    """Would the row's probability forecast anything?"""
    if row.task == "sentence":
        return row.reference in ("right", "wrong")
    return row.task in _JUDGED_BY_ANSWER or yes_or_no(row)


def came_true(row: Prediction) -> bool:
    """The reference is "yes" or "right"; for an open or a choice question, the answer equals the reference."""
    return exact(row) if row.task in _JUDGED_BY_ANSWER else normalise(row.reference) in ("yes", "right")


def _scored(rows: Rows) -> list[int]:
    """Rows that foretell with a probability, and failed ones; none when no row at all has a probability."""
    own = [i for i, row in enumerate(rows) if foretells(row)]
    if all(rows[i].probability is None for i in own):
        return []
    return [i for i in own if rows[i].failed or rows[i].probability is not None]


def _n_forecasts(rows: Rows) -> int:
    return len(_scored(rows))


def forecast_metric(name: str, score: Score, how: str, lower_is_better: bool = False) -> Metric:
    """A metric between 0 and 1 whose n counts the rows with a forecast."""
    worst, best = (1.0, 0.0) if lower_is_better else (0.0, 1.0)
    return Metric(name, score, "probabilities", _n_forecasts, worst, best, how=how)


def forecasts(rows: Rows) -> Forecasts:
    """P(yes) or P(right) of each row that has one."""
    at = _scored(rows)
    true = np.array([came_true(rows[i]) for i in at], dtype=bool)
    stated = [_stated(rows[i], bool(label)) for i, label in zip(at, true, strict=True)]
    return Forecasts(np.array(at, dtype=np.intp), np.array(stated, dtype=np.float64), true)


def _stated(row: Prediction, true: bool) -> float:
    if row.failed or row.probability is None:
        return 0.0 if true else 1.0
    return row.probability


def confidences(rows: Rows) -> Forecasts:
    """The same rows as answers given: the probability of the answer stated, and whether it is right.

    A failed row is a wrong answer given with full confidence.
    """
    at = _scored(rows)
    right = [not rows[i].failed and _right(rows[i]) for i in at]
    stated = [_confidence(rows[i]) for i in at]
    return Forecasts(np.array(at, dtype=np.intp), np.array(stated, dtype=np.float64), np.array(right, dtype=bool))


def _right(row: Prediction) -> bool:
    return came_true(row) if row.task == "sentence" else exact(row)


def _confidence(row: Prediction) -> float:
    if row.failed or row.probability is None:
        return 1.0
    says_no = row.task not in (*_JUDGED_BY_ANSWER, "sentence") and normalise(row.prediction or "") != "yes"
    return 1 - row.probability if says_no else row.probability
