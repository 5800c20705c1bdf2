"""Area under the receiver operating curve of the probabilities, over weighted resamples at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.answers import normalise
from eval.metrics.weighting import Array, Rows, ratio
from eval.prediction import Prediction


def auroc(probabilities: Sequence[float], labels: Sequence[bool], weights: Array) -> Array:
    """P(a positive ranks above a negative), ties half; [N], [N], [R, N] -> [R], NaN without both classes."""
    scores, positive = np.asarray(probabilities, dtype=np.float64), np.asarray(labels, dtype=bool)
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    sorted_weights, sorted_positive = weights[:, order], positive[order]
    wins = np.add.reduceat(np.where(sorted_positive, sorted_weights, 0.0), starts, axis=1)
    losses = np.add.reduceat(np.where(sorted_positive, 0.0, sorted_weights), starts, axis=1)
    below = np.cumsum(losses, axis=1) - losses
    return ratio((wins * (below + losses / 2)).sum(axis=1), wins.sum(axis=1) * losses.sum(axis=1))


def positive(row: Prediction) -> bool:
    return normalise(row.reference) == "yes"


def chance(row: Prediction) -> float:
    """The row's probability of "yes"; a failed row is as wrong as it can be."""
    if row.probability is None:
        return 0.0 if positive(row) else 1.0
    return row.probability


def macro_auroc(rows: Rows, weights: Array) -> Array:
    """Mean AUROC over the findings asked for that have both positives and negatives among the rows.

    A resample that loses one of the classes of a finding averages over the other findings.
    """
    areas = []
    for name in sorted({row.name or "" for row in rows}):
        at = [i for i, row in enumerate(rows) if (row.name or "") == name]
        own = [rows[i] for i in at]
        if len({positive(row) for row in own}) == 2:
            areas.append(auroc([chance(row) for row in own], [positive(row) for row in own], weights[:, at]))
    if not areas:
        return np.full(len(weights), np.nan)
    defined = ~np.isnan(areas)
    return ratio(np.where(defined, areas, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))
