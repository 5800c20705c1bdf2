"""ROUGE-L (Lin 2004) as pycocoevalcap computes it: F of the longest common subsequence of words, recall favoured."""

from __future__ import annotations

from functools import lru_cache

from eval.metrics.averaging import mean_of
from eval.metrics.weighting import Score
from eval.metrics.words import CACHED, DEFAULT, pair, words
from eval.prediction import Prediction

BETA = 1.2


@lru_cache(maxsize=CACHED)
def subsequence_f(predicted: str, reference: str, tokenisation: str = DEFAULT) -> float:
    """F with weight `BETA` on recall; two empty texts agree."""
    from rapidfuzz.distance import LCSseq

    said, known = words(predicted, tokenisation), words(reference, tokenisation)
    if not said and not known:
        return 1.0
    common = LCSseq.similarity(said, known)
    if not common:
        return 0.0
    precision, recall = common / len(said), common / len(known)
    return (1 + BETA**2) * precision * recall / (recall + BETA**2 * precision)


def rouge_l(tokenisation: str = DEFAULT) -> Score:
    """Mean over the reports."""

    def value(row: Prediction) -> float:
        return 0.0 if row.failed else subsequence_f(*pair(row), tokenisation)

    return mean_of(value)
