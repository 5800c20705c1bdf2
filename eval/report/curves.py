"""Curves of probabilities against what came true, as functions of arrays; their areas are the metrics' business.

Shapes: N rows; `stated` [N] probabilities, `true` [N]. Rows of one probability move a curve together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics.ranking import tied
from eval.metrics.weighting import Array, ratio

BINS = 10
_Z = 1.959964
"""Of a two-sided 95% interval."""
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Points:
    """A line through (x, y)."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Bin:
    """Rows whose probability lies in one tenth: how many, their mean, the share that is true, its Wilson interval."""

    n: int
    mean: float
    share: float
    low: float
    high: float


def roc(stated: Array, true: Truth) -> Points:
    """False-positive rate against sensitivity, from the highest threshold down; NaN without both classes."""
    hits, alarms = _counts(stated, true)
    return Points(_with_start(ratio(alarms, _last(alarms))), _with_start(ratio(hits, _last(hits))))


def precision_recall(stated: Array, true: Truth) -> Points:
    """Recall against precision, from the highest threshold down; NaN without anything true."""
    hits, alarms = _counts(stated, true)
    return Points(ratio(hits, _last(hits)), ratio(hits, hits + alarms))


def risk_coverage(confidence: Array, right: Truth) -> Points:
    """Share of rows answered, surest first, against the share of those that is wrong."""
    hits, misses = _counts(confidence, right)
    answered = hits + misses
    return Points(ratio(answered, _last(answered)), ratio(misses, answered))


def reliability(stated: Array, true: Truth) -> tuple[Bin | None, ...]:
    """`BINS` bins of equal width, None where one is empty."""
    place = np.minimum((stated * BINS).astype(int), BINS - 1)
    return tuple(_bin(stated[place == i], true[place == i]) for i in range(BINS))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95% interval of a share (Wilson, JASA 1927)."""
    centre, spread = hits + _Z**2 / 2, _Z * np.sqrt(hits * (n - hits) / n + _Z**2 / 4)
    return max(0.0, float((centre - spread) / (n + _Z**2))), min(1.0, float((centre + spread) / (n + _Z**2)))


def _bin(stated: Array, true: Truth) -> Bin | None:
    if not len(stated):
        return None
    return Bin(len(stated), float(stated.mean()), float(true.mean()), *wilson(int(true.sum()), len(true)))


def _counts(stated: Array, true: Truth) -> tuple[Array, Array]:
    """For each distinct probability, highest first: how many true and how many false ones there are from the top on."""
    hits, alarms = tied(stated, true, np.ones((1, len(stated))))
    return np.cumsum(hits[0]), np.cumsum(alarms[0])


def _last(counts: Array) -> Array:
    return np.full(len(counts), counts[-1])


def _with_start(values: Array) -> Array:
    return np.concatenate([[0.0], values])
