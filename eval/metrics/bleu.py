"""Corpus BLEU (Papineni et al. 2002), as pycocoevalcap computes it: one reference, no smoothing but its constants."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from eval.metrics.ngrams import KEPT, ORDERS, Pairs, counted
from eval.metrics.weighting import Array, Rows, Score
from eval.metrics.words import DEFAULT, pair

_SMALL, _TINY = 1e-9, 1e-15


@lru_cache(maxsize=KEPT)
def _counts(pairs: Pairs, tokenisation: str) -> Array:
    """[10, N]: matched 1- to 4-grams, predicted 1- to 4-grams, predicted words, reference words of each pair."""
    texts = counted(pairs, tokenisation)
    matched, predicted = texts.predicted.minimum(texts.known) @ texts.orders, texts.predicted @ texts.orders
    return np.concatenate([matched.T, predicted.T, texts.lengths])


def bleu(order: int, tokenisation: str = DEFAULT) -> Score:
    """Geometric mean of the n-gram precisions up to `order`, times the penalty for being shorter than the references.

    Counts are summed over all reports before anything is divided.
    """

    def score(rows: Rows, weights: Array) -> Array:
        sums = _counts(tuple(map(pair, rows)), tokenisation) @ weights.T
        matched, predicted = sums[:order], sums[ORDERS : ORDERS + order]
        precision = np.prod((matched + _TINY) / (predicted + _SMALL), axis=0) ** (1 / order)
        ratio = (sums[-2] + _TINY) / (sums[-1] + _SMALL)
        value = precision * np.exp(np.minimum(0.0, 1 - 1 / ratio))
        return np.where(weights.sum(axis=1) > 0, value, np.nan)

    return score
