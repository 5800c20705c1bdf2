"""The mean over rows of a value each row has, over all resamples at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.metrics.metric import Metric
from eval.metrics.weighting import Array, Rows, Score, ratio, tally
from eval.prediction import Prediction

Value = Callable[[Prediction], float | None]
"""What a row is worth; None where it has nothing to score."""


def mean(values: Sequence[float], weights: Array) -> Array:
    """Weighted means, NaN where no row counts; [N], [R, N] -> [R]."""
    summed, n = tally([(value, 1) for value in values], 2, weights)
    return ratio(summed, n)


def mean_of(value: Value) -> Score:
    """The metric that averages `value` over the rows that have one."""

    def score(rows: Rows, weights: Array) -> Array:
        values = [value(row) for row in rows]
        known = [i for i, own in enumerate(values) if own is not None]
        return mean([own for own in values if own is not None], weights[:, known])

    return score


def averaged(name: str, value: Value, unit: str, how: str, worst: float = 0.0, best: float = 1.0) -> Metric:
    """The metric `name` that averages `value`; its n counts the rows that have one."""

    def size(rows: Rows) -> int:
        return sum(value(row) is not None for row in rows)

    return Metric(name, mean_of(value), unit, size, worst, best, how=how)
