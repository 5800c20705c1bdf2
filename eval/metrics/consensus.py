"""CIDEr (Vedantam et al. 2015), the CIDEr-D form that pycocoevalcap's `Cider` computes.

A text is a vector of n-gram counts times their inverse document frequency (IDF) among the references. The score is
the mean cosine over n = 1 to 4, predicted counts clipped to those of the reference, times a Gaussian of the difference
in length, times 10.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from eval.metrics.averaging import mean
from eval.metrics.ngrams import KEPT, Pairs, counted
from eval.metrics.weighting import Array, Rows, Score
from eval.metrics.words import DEFAULT, pair

SIGMA = 6.0
BEST = 10.0


@lru_cache(maxsize=KEPT)
def consensus(pairs: Pairs, tokenisation: str = DEFAULT) -> tuple[float, ...]:
    """The score of each pair among all of them."""
    texts = counted(pairs, tokenisation)
    documents = np.bincount(texts.known.indices, minlength=texts.known.shape[1])
    idf = np.log(len(pairs)) - np.log(np.maximum(documents, 1))
    cosines = _cosines(texts.predicted.multiply(idf).tocsr(), texts.known.multiply(idf).tocsr(), texts.orders)
    said, known = np.maximum(texts.lengths - 1, 0)  # the reference implementation's length is the number of bigrams
    penalty = np.exp(-((said - known) ** 2) / (2 * SIGMA**2))
    return tuple((BEST * penalty * cosines.mean(axis=1)).tolist())


def _cosines(predicted: Any, known: Any, orders: Array) -> Array:
    """Clipped cosine of each pair and order, 0 for a vector without length; [N, V] twice and [V, 4] -> [N, 4]."""
    product = predicted.minimum(known).multiply(known) @ orders
    squares = (predicted.multiply(predicted) @ orders) * (known.multiply(known) @ orders)
    return np.asarray(np.divide(product, np.sqrt(squares), out=np.zeros_like(product), where=squares > 0))


def cider(tokenisation: str = DEFAULT) -> Score:
    """Mean over the reports. The IDF is that of all `rows` in every resample; that of a single report is 0, and so is
    then the score."""

    def score(rows: Rows, weights: Array) -> Array:
        return mean(consensus(tuple(map(pair, rows)), tokenisation) if rows else (), weights)

    return score
