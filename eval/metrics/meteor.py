"""METEOR (Lavie and Agarwal 2007) by nltk: words matched exactly, then by Porter stem, with a penalty for disorder.

WordNet's synonyms are left out: they need a download and know little of radiology.
"""

from __future__ import annotations

from functools import lru_cache

from eval.metrics.averaging import mean_of
from eval.metrics.weighting import Score
from eval.metrics.words import CACHED, DEFAULT, pair, words


class _NoSynonyms:
    def synsets(self, _word: str) -> list[str]:
        return []


class _Stemmer:
    """nltk's Porter stemmer, each word once."""

    def __init__(self) -> None:
        from nltk.stem.porter import PorterStemmer

        self.stem = lru_cache(maxsize=CACHED)(PorterStemmer().stem)


@lru_cache(maxsize=1)
def _stemmer() -> _Stemmer:
    return _Stemmer()


@lru_cache(maxsize=CACHED)
def aligned(predicted: str, reference: str, tokenisation: str = DEFAULT) -> float:
    """METEOR of a pair, 0 without a match; that of equal texts of m words is 1 - .5 / m^3."""
    from nltk.translate.meteor_score import single_meteor_score

    said, known = words(predicted, tokenisation), words(reference, tokenisation)
    return float(single_meteor_score(known, said, stemmer=_stemmer(), wordnet=_NoSynonyms()))


def meteor(tokenisation: str = DEFAULT) -> Score:
    """Mean over the reports."""
    return mean_of(lambda row: aligned(*pair(row), tokenisation))
