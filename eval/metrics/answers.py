"""Answers against references: accuracy, balanced accuracy and token F1 under one normalisation.

Normalisation as visual question answering uses it: lower case, punctuation to spaces (kept between digits, as in
3.5), articles dropped, number words up to ten to digits, white space collapsed.
"""

from __future__ import annotations

import re
from collections import Counter

from eval.metrics.weighting import Array, Rows, ratio, tally
from eval.prediction import Prediction

NORMALISATION = "lower case, no punctuation, no articles, number words to digits"
TOKENISATION = "white space after normalisation"

_ARTICLES = frozenset(("a", "an", "the"))
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS)}
_APOSTROPHE = re.compile(r"['\u2019]")
_PUNCTUATION = re.compile(r"(?<!\d)[^\w\s]|[^\w\s](?!\d)|_")


def tokens(text: str) -> list[str]:
    """The words of `text` after normalisation; if all of them are articles, those ("A" may be an answer)."""
    words = _PUNCTUATION.sub(" ", _APOSTROPHE.sub("", text.lower())).split()
    kept = [word for word in words if word not in _ARTICLES] or words
    return [_DIGITS.get(word, word) for word in kept]


def normalise(text: str) -> str:
    return " ".join(tokens(text))


def exact(row: Prediction) -> bool:
    """The prediction equals the reference after normalisation; a failed one never does."""
    return row.prediction is not None and tokens(row.prediction) == tokens(row.reference)


def accuracy(rows: Rows, weights: Array) -> Array:
    right, n = tally([(exact(row), 1) for row in rows], 2, weights)
    return ratio(right, n)


def balanced_accuracy(rows: Rows, weights: Array) -> Array:
    """Mean over the reference answers of the share of their rows that is right; NaN when one has no row left."""
    references = [normalise(row.reference) for row in rows]
    classes = sorted(set(references))
    if not classes:
        return ratio(weights.sum(axis=1), weights.sum(axis=1))
    right = tally(
        [[exact(row) and known == c for c in classes] for row, known in zip(rows, references, strict=True)],
        len(classes),
        weights,
    )
    n = tally([[known == c for c in classes] for known in references], len(classes), weights)
    mean: Array = ratio(right, n).mean(axis=0)
    return mean


def shared_tokens_f1(row: Prediction) -> float:
    """F1 of the two bags of words; two empty answers agree."""
    predicted, known = Counter(tokens(row.prediction or "")), Counter(tokens(row.reference))
    if row.failed:
        return 0.0
    if not predicted and not known:
        return 1.0
    return 2 * (predicted & known).total() / (predicted.total() + known.total())


def token_f1(rows: Rows, weights: Array) -> Array:
    """Mean over the answers of their bag-of-words F1."""
    summed, n = tally([(shared_tokens_f1(row), 1) for row in rows], 2, weights)
    return ratio(summed, n)
