"""The n-grams of all predicted and reference texts, counted once for every metric that needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from eval.metrics.weighting import Array
from eval.metrics.words import words

ORDERS = 4
"""From single words to this many in a row."""
KEPT = 8
"""Sets of pairs whose few numbers a pair are kept; of the n-grams themselves, only the last two sets'."""

Pairs = tuple[tuple[str, str], ...]
"""(predicted, reference) texts."""


@dataclass(frozen=True)
class Counted:
    """Shapes: N pairs, V n-grams. `predicted` and `known` are sparse counts [N, V], `orders` is one-hot [V, 4]: how
    many words an n-gram has. `lengths` [2, N] holds the words of the predicted and of the reference texts.
    """

    predicted: Any
    known: Any
    orders: Array
    lengths: Array


@lru_cache(maxsize=2)
def counted(pairs: Pairs, tokenisation: str) -> Counted:
    """The n-grams of each pair's texts."""
    texts = [words(pair[side], tokenisation) for side in (0, 1) for pair in pairs]
    counts, orders = _counts(texts)
    lengths = np.array([len(text) for text in texts], dtype=np.float64).reshape(2, len(pairs))
    return Counted(counts[: len(pairs)], counts[len(pairs) :], orders, lengths)


def _counts(texts: Sequence[tuple[str, ...]]) -> tuple[Any, Array]:
    """Counts [T, V] and orders [V, 4]."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    if not any(texts):
        return csr_matrix((len(texts), 0)), np.zeros((0, ORDERS))
    counter = CountVectorizer(
        tokenizer=_as_it_is, preprocessor=_as_it_is, token_pattern=None, ngram_range=(1, ORDERS), dtype=np.float64
    )
    counts = counter.fit_transform(texts)
    spaces = [gram.count(" ") for gram in counter.get_feature_names_out()]
    return counts, np.eye(ORDERS)[spaces]


def _as_it_is(text: tuple[str, ...]) -> tuple[str, ...]:
    return text
