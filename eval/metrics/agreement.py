"""Reports and truths compared as sets of statements, such as finding names, labels or (finding, side) pairs.

Shapes: N rows, R resamples, C kinds of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from eval.metrics.weighting import Array, Rows, Score, ratio, tally
from eval.prediction import Prediction

Statements = frozenset[Hashable]
Compare = Callable[[Prediction], tuple[Statements, Statements]]
"""A row -> (what its prediction states, what its truth states)."""
Judge = Callable[[Prediction], tuple[float, float]]
"""A row -> (part, whole)."""
Rule = Callable[[Array, Array, Array], Array]
"""True positives, false positives and false negatives -> score, elementwise."""


def f1(tp: Array, fp: Array, fn: Array) -> Array:
    return ratio(2 * tp, 2 * tp + fp + fn)


def precision(tp: Array, fp: Array, fn: Array) -> Array:
    return ratio(tp, tp + fp)


def recall(tp: Array, fp: Array, fn: Array) -> Array:
    return ratio(tp, tp + fn)


def micro(compare: Compare, rule: Rule = f1) -> Score:
    """`rule` over the statements of all rows together."""

    def score(rows: Rows, weights: Array) -> Array:
        tp, fp, fn = tally([confusion(*compare(row)) for row in rows], 3, weights)
        return rule(tp, fp, fn)

    return score


def confusion(predicted: Statements, true: Statements) -> tuple[int, int, int]:
    """(true positives, false positives, false negatives)."""
    return len(predicted & true), len(predicted - true), len(true - predicted)


def macro(compare: Compare, rule: Rule = f1) -> Score:
    """Mean of `rule` over the statements, each for itself; those that leave it undefined (for F1: what neither any
    prediction nor any truth states) do not count."""

    def score(rows: Rows, weights: Array) -> Array:
        pairs = [compare(row) for row in rows]
        kinds = sorted(frozenset().union(*(predicted | true for predicted, true in pairs)), key=repr)
        said, known = _table([p for p, _ in pairs], kinds), _table([t for _, t in pairs], kinds)
        counts = (said & known, said & ~known, known & ~said)
        return mean_of_defined(rule(*(tally(count.tolist(), len(kinds), weights) for count in counts)))

    return score


def _table(stated: Sequence[Statements], kinds: Sequence[Hashable]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """[N, C] whether each row makes each statement."""
    return np.array([[kind in own for kind in kinds] for own in stated], dtype=bool).reshape(len(stated), len(kinds))


def mean_of_defined(values: Array) -> Array:
    """[C, R] -> [R] mean over the values that are not NaN."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))


def rate(judge: Judge) -> Score:
    """The parts of all rows over their wholes."""

    def score(rows: Rows, weights: Array) -> Array:
        part, whole = tally([judge(row) for row in rows], 2, weights)
        return ratio(part, whole)

    return score


def known(compare: Compare) -> Callable[[Rows], int]:
    """Counts the statements of the truths."""
    return lambda rows: sum(len(compare(row)[1]) for row in rows)


def judged(judge: Judge) -> Callable[[Rows], int]:
    """Counts the wholes."""
    return lambda rows: round(sum(judge(row)[1] for row in rows))
