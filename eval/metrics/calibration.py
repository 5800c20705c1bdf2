"""Do probabilities mean what they say: ECE, adaptive ECE, Brier score, and the pooled areas under two curves.

Pooled: over all findings and questions together, so that one threshold has to serve them all.
"""

from __future__ import annotations

import numpy as np

from eval.metrics.averaging import mean
from eval.metrics.forecasts import forecasts
from eval.metrics.ranking import auroc, average_precision
from eval.metrics.weighting import Array, Rows, ratio

BINS = 15


def _undefined(weights: Array) -> Array:
    return np.full(len(weights), np.nan)


def pooled_auroc(rows: Rows, weights: Array) -> Array:
    known = forecasts(rows)
    return auroc(known.stated, known.true, weights[:, known.at]) if len(known.at) else _undefined(weights)


def pooled_auprc(rows: Rows, weights: Array) -> Array:
    known = forecasts(rows)
    return average_precision(known.stated, known.true, weights[:, known.at]) if len(known.at) else _undefined(weights)


def brier(rows: Rows, weights: Array) -> Array:
    """Mean squared distance of the probability from what came true (1 or 0)."""
    known = forecasts(rows)
    return mean(((known.stated - known.true) ** 2).tolist(), weights[:, known.at])


def ece(rows: Rows, weights: Array) -> Array:
    """Mean gap between the probability and how often it came true, over `BINS` equal bins [lower, upper)."""
    known = forecasts(rows)
    own = weights[:, known.at]
    bins = np.minimum((known.stated * BINS).astype(int), BINS - 1)
    gaps = (own * (known.stated - known.true)) @ np.eye(BINS)[bins]
    return ratio(np.abs(gaps).sum(axis=1), own.sum(axis=1))


def adaptive_ece(rows: Rows, weights: Array) -> Array:
    """The same over `BINS` bins of equal weight: a row falls where the middle of the rows tied with it falls."""
    known = forecasts(rows)
    if not len(known.at):
        return _undefined(weights)
    levels, level = np.unique(known.stated, return_inverse=True)
    own, member = weights[:, known.at], np.eye(len(levels))[level]
    weight, gap = own @ member, (own * (known.stated - known.true)) @ member
    middle = ratio(np.cumsum(weight, axis=1) - weight / 2, np.broadcast_to(weight.sum(axis=1)[:, None], weight.shape))
    bins = np.minimum((np.nan_to_num(middle) * BINS).astype(int), BINS - 1)
    summed = np.array([np.where(bins == one, gap, 0.0).sum(axis=1) for one in range(BINS)])
    return ratio(np.abs(summed).sum(axis=0), weight.sum(axis=1))
