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
    """Counts [T, V] and orders [V, 4]. An n-gram is numbered as a pair: an (n - 1)-gram and the word after it."""
    from scipy.sparse import csr_matrix

    numbers: dict[str, int] = {}
    words_in = np.array([numbers.setdefault(word, len(numbers)) for text in texts for word in text], dtype=np.int64)
    text = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
    grams, rows, columns, sizes = words_in.copy(), [text], [words_in], [len(numbers)]
    for more in range(1, ORDERS):
        start = np.flatnonzero(text[more:] == text[:-more])
        known, grams[start] = np.unique(grams[start] * len(numbers) + words_in[start + more], return_inverse=True)
        rows, columns = [*rows, text[start]], [*columns, grams[start] + sum(sizes)]
        sizes.append(len(known))
    at = np.concatenate(rows), np.concatenate(columns)
    return csr_matrix((np.ones(len(at[0])), at), (len(texts), sum(sizes))), np.repeat(np.eye(ORDERS), sizes, axis=0)
