"""Not the same thing five times: maximal marginal relevance of vectors, and how alike two texts are."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import ArrayLike

from retrieval.embedders.protocol import Vectors

Shingles = frozenset[tuple[str, ...]]
WORDS = 4
"""In a shingle."""
_WORD = re.compile(r"[^\W_]+")


def spread(relevance: ArrayLike, vectors: Vectors, k: int, diversity: float) -> list[int]:
    """At most `k` places of [N] relevances, each the best of (1 - diversity) * relevance - diversity * likeness.

    `likeness` is the cosine to the nearest place already chosen, of unit `vectors` [N, D]. Diversity 0 sorts by
    relevance, 1 only looks for what is new; of equals the first is taken.
    Carbonell and Goldstein, The use of MMR, diversity-based reranking, SIGIR 1998; their lambda is 1 - diversity.
    """
    worth = np.asarray(relevance, dtype=np.float64)
    nearest = np.full(len(worth), -np.inf)
    chosen: list[int] = []
    while len(chosen) < min(k, len(worth)):
        penalty = nearest if chosen else np.zeros(len(worth))
        value = (1 - diversity) * worth - diversity * penalty
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return chosen


def shingles(text: str, words: int = WORDS) -> Shingles:
    """Every run of `words` words, lower case, without punctuation; all of a shorter text; none of an empty one."""
    said = _WORD.findall(text.lower())
    size = min(words, len(said))
    return frozenset(tuple(said[i : i + size]) for i in range(len(said) - size + 1)) if said else frozenset()


def resemblance(one: Shingles, other: Shingles) -> float:
    """Jaccard index of two texts' shingles (Broder, On the resemblance and containment of documents, 1997); 0 if both
    are empty."""
    return len(one & other) / len(one | other) if one or other else 0.0
