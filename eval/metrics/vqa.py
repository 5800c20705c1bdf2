"""Answers scored as two published protocols score them, for comparison with published numbers only.

Both reward wordy answers; `accuracy` and `token_f1` are the measures to select a model by.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from eval.metrics.answers import tokens
from eval.metrics.words import CACHED, words
from eval.prediction import Prediction

CLOSED = (
    "the reference's words stand in the answer; unlike LLaVA-Med's script, whole words only (no is not in normal) and a"
    " wrong yes or no stays in the denominator"
)
OPEN = "recall of the reference's words in the answer, as LLaVA-Med's script"
VQA_MED = (
    "mean sentence BLEU by nltk, lower case, without punctuation and function words; unlike in the organisers' script,"
    " the word list is our own (no and not stay), nothing is stemmed, short answers are reweighted, smoothing method 1"
)
"""What goes into the signature of each."""

_FUNCTION_WORDS = frozenset(
    """
    a an the this that these those it its he she they them his her their i we you our your my who which what
    is are was were be been being am has have had having do does did doing
    can could may might will would shall should must
    of in on at by for from to into with within without as and or but nor if than then so
    there here when where how why very just only also
    """.split()  # noqa: SIM905 -- a list of words reads better as words
)


def closed_hit(row: Prediction) -> float:
    """LLaVA-Med, closed questions: the words of the reference stand, side by side, somewhere in the answer."""
    said, known = tokens(row.prediction or ""), tokens(row.reference)
    starts = range(len(said) - len(known) + 1)
    return float(not row.failed and any(said[i : i + len(known)] == known for i in starts))


def open_recall(row: Prediction) -> float:
    """LLaVA-Med, open questions: occurrences in the answer of the reference's words, over those and the missing ones.

    A word that the answer repeats counts as often as it is said, as in their script.
    """
    said, known = Counter(tokens(row.prediction or "")), Counter(tokens(row.reference))
    matched = sum(n for word, n in said.items() if word in known)
    missing = sum(n for word, n in known.items() if word not in said)
    return matched / (matched + missing) if matched else 0.0


@lru_cache(maxsize=CACHED)
def _sentence_bleu(known: tuple[str, ...], said: tuple[str, ...]) -> float:
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    return float(sentence_bleu([known], said, smoothing_function=SmoothingFunction().method1, auto_reweigh=True))


@lru_cache(maxsize=CACHED)
def _content(text: str) -> tuple[str, ...]:
    """Words without punctuation and function words; "no" and "not" stay."""
    return tuple(word for word in words(text, "drop") if word not in _FUNCTION_WORDS)


def answer_bleu(row: Prediction) -> float:
    """VQA-Med 2019: BLEU of one answer, up to the order it is long enough for; two answers without content agree."""
    said, known = _content(row.prediction or ""), _content(row.reference)
    if row.failed or not said or not known:
        return float(not row.failed and said == known)
    return _sentence_bleu(known, said)
