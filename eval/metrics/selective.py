"""Answering only where confident: the error rate (risk) among the most confident answers.

Ties in confidence count as if answered in random order (the expected value), so the order of rows is irrelevant.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma

from eval.metrics.forecasts import confidences
from eval.metrics.ranking import tied
from eval.metrics.weighting import Array, Rows, Score, ratio


def _groups(rows: Rows, weights: Array) -> tuple[Array, Array]:
    """(weight, weight of the wrong ones) of each group of equal confidence, most confident first; twice [R, G]."""
    known = confidences(rows)
    if not len(known.at):
        return np.zeros((len(weights), 0)), np.zeros((len(weights), 0))
    right, wrong = tied(known.stated, known.true, weights[:, known.at])
    return right + wrong, wrong


def aurc(rows: Rows, weights: Array) -> Array:
    """Area under the risk-coverage curve: the mean, over k = 1 to n, of the risk among the k most confident.

    A group of w rows, e of them wrong, after W rows of which E were wrong, adds sum (E + k e/w) / (W + k) for k = 1
    to w, written with the digamma function.
    """
    weight, wrong = _groups(rows, weights)
    before, wrong_before = np.cumsum(weight, axis=1) - weight, np.cumsum(wrong, axis=1) - wrong
    rate = np.nan_to_num(ratio(wrong, weight))
    harmonic = digamma(before + weight + 1) - digamma(before + 1)
    area = wrong + (wrong_before - rate * before) * harmonic
    return ratio(area.sum(axis=1), weight.sum(axis=1))


def risk_at(coverage: float) -> Score:
    """Error rate among that share of the answers, the most confident ones."""

    def score(rows: Rows, weights: Array) -> Array:
        weight, wrong = _groups(rows, weights)
        answered = coverage * weight.sum(axis=1)
        before = np.cumsum(weight, axis=1) - weight
        share = np.nan_to_num(ratio(np.clip(answered[:, None] - before, 0, weight), weight))
        return ratio((share * wrong).sum(axis=1), answered)

    return score


def errors_removed(share: float) -> Score:
    """The share of all errors that lie among that share of the answers, the least confident ones."""
    kept = risk_at(1 - share)

    def score(rows: Rows, weights: Array) -> Array:
        return 1 - ratio((1 - share) * kept(rows, weights), risk_at(1.0)(rows, weights))

    return score
