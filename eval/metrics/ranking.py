"""How well probabilities rank: areas under the ROC and precision-recall curves, over weighted resamples at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from eval.metrics.answers import normalise
from eval.metrics.forecasts import yes_or_no
from eval.metrics.weighting import Array, Rows, ratio
from eval.prediction import Prediction


def tied(scores: ArrayLike, marked: ArrayLike, weights: Array) -> tuple[Array, Array]:
    """Weight of the marked and of the other rows in each group of equal scores, highest first; twice [R, G]."""
    values, mark = np.asarray(scores, dtype=np.float64), np.asarray(marked, dtype=bool)
    order = np.argsort(-values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=np.inf))
    own, mark = weights[:, order], mark[order]
    return (
        np.add.reduceat(np.where(mark, own, 0.0), starts, axis=1),
        np.add.reduceat(np.where(mark, 0.0, own), starts, axis=1),
    )


def auroc(probabilities: ArrayLike, labels: ArrayLike, weights: Array) -> Array:
    """P(a positive ranks above a negative), ties half; [N], [N], [R, N] -> [R], NaN without both classes."""
    wins, losses = tied(probabilities, labels, weights)
    above = np.cumsum(wins, axis=1) - wins / 2
    return ratio((losses * above).sum(axis=1), wins.sum(axis=1) * losses.sum(axis=1))


def average_precision(probabilities: ArrayLike, labels: ArrayLike, weights: Array) -> Array:
    """Area under the precision-recall curve as scikit-learn takes it: the precision at each threshold times the recall
    gained there; [N], [N], [R, N] -> [R], NaN without a positive."""
    wins, losses = tied(probabilities, labels, weights)
    precision = ratio(np.cumsum(wins, axis=1), np.cumsum(wins + losses, axis=1))
    return ratio((wins * np.nan_to_num(precision)).sum(axis=1), wins.sum(axis=1))


def positive(row: Prediction) -> bool:
    return normalise(row.reference) == "yes"


def chance(row: Prediction) -> float:
    """The row's probability of "yes", without one that of its answer: 1 or 0. What has failed, or says neither, is as
    wrong as it can be."""
    if row.probability is not None and not row.failed:
        return row.probability
    answered = {"yes": 1.0, "no": 0.0}.get(normalise(row.prediction or ""))
    return answered if answered is not None else float(not positive(row))


def macro_auroc(rows: Rows, weights: Array) -> Array:
    """Mean AUROC over the findings asked for by yes/no that have both positives and negatives among the rows.

    A resample that loses one of the classes of a finding averages over the other findings.
    """
    areas = []
    asked = [(i, row.name or "") for i, row in enumerate(rows) if yes_or_no(row)]
    for name in sorted({name for _, name in asked}):
        at = [i for i, own_name in asked if own_name == name]
        own = [rows[i] for i in at]
        if len({positive(row) for row in own}) == 2:
            areas.append(auroc([chance(row) for row in own], [positive(row) for row in own], weights[:, at]))
    if not areas:
        return np.full(len(weights), np.nan)
    defined = ~np.isnan(areas)
    return ratio(np.where(defined, areas, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))
