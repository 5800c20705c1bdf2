"""RadFact and GREEN from the verdicts of their judges.

A report that its judge could not judge (a verdict of NaN) is left out, and `unjudged` counts it. A report that the
model failed to write was judged as empty text and counts.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from eval.metrics.averaging import Value, averaged, mean_of
from eval.metrics.metric import Metric
from eval.metrics.weighting import Array, Rows, Score, ratio
from eval.prediction import Prediction

_UNIT = "judged reports"
_SHARES = "entailed share of the phrases, mean over the reports that have any; reports not judged are left out"
_BOXES = "of phrases with boxes, those entailed with at least half of the box area in the boxes of the evidence"
_GREEN = (
    "matched / (matched + significant errors), 0 without a match, mean over reports; reports not judged are left out"
)


def verdict(row: Prediction, judge: str) -> tuple[float, ...] | None:
    """The row's verdict; None without one or where any of it is NaN."""
    given = row.judged.get(judge)
    return None if given is None or any(map(math.isnan, given)) else given


def unjudged(rows: Rows, judge: str) -> int:
    """Rows that `judge` was shown and could not judge."""
    return sum(judge in row.judged and verdict(row, judge) is None for row in rows)


def entailed(part: int, whole: int) -> Value:
    """Entry `part` of RadFact's verdict over entry `whole`; None where that is 0."""

    def value(row: Prediction) -> float | None:
        given = verdict(row, "radfact")
        return given[part] / given[whole] if given and given[whole] else None

    return value


def green(row: Prediction) -> float | None:
    """Ostmeier et al. 2024: matched findings over these and the significant errors of all six kinds."""
    given = verdict(row, "green")
    if given is None:
        return None
    matched, *errors, _ = given
    return matched / (matched + sum(errors)) if matched else 0.0


def f1(precision: Value, recall: Value) -> Score:
    """2 P R / (P + R) of the means; 0 where either is 0, even if the other is undefined: silence recalls nothing."""

    def score(rows: Rows, weights: Array) -> Array:
        p, r = mean_of(precision)(rows, weights), mean_of(recall)(rows, weights)
        return np.where((p == 0) | (r == 0), 0.0, ratio(2 * p * r, p + r))

    return score


def _judged(judge: str, name: str, value: Value, how: str) -> Metric:
    return replace(averaged(name, value, _UNIT, how), judges=(judge,))


def _radfact(kind: str, precision: Value, recall: Value, how: str) -> tuple[Metric, Metric, Metric]:
    def either(rows: Rows) -> int:
        return sum(precision(row) is not None or recall(row) is not None for row in rows)

    name, both = f"radfact_{kind}", f"{how}; F1 of the two means"
    return (
        _judged("radfact", f"{name}_precision", precision, how),
        _judged("radfact", f"{name}_recall", recall, how),
        Metric(f"{name}_f1", f1(precision, recall), _UNIT, either, judges=("radfact",), how=both),
    )


FACTUAL: tuple[Metric, ...] = (
    *_radfact("logical", entailed(1, 0), entailed(3, 2), _SHARES),
    *_radfact("spatial", entailed(5, 4), entailed(7, 6), f"{_SHARES}; {_BOXES}"),
    _judged("green", "green", green, _GREEN),
)
"""Bannur et al. 2024 (as RadFact's code averages: precision and recall per report, F1 of their means), then GREEN."""
