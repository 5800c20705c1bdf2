"""Report text to words: one tokenisation for all word-overlap metrics, chosen from a table.

How punctuation is handled moves BLEU, so it is part of a metric's name: `bleu_4` is under `DEFAULT`, `bleu_4:drop` and
`bleu_4:whitespace` are the same metric under the other two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from eval.prediction import Prediction

DEFAULT = "split"
CACHED = 1 << 15
"""Texts, or pairs of them, whose statistics are kept."""

_WORD = re.compile(r"\w+(?:[-/]\w+|(?<=\d)[.,:]\d+)*|'s\b|\.+|-+|[^\w\s]")
_MARKS = "`'\".?!,:;-()[]{}"


def _split(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _drop(text: str) -> list[str]:
    return [word for word in _split(text) if word.strip(_MARKS)]


TOKENISATIONS: dict[str, tuple[str, Callable[[str], list[str]]]] = {
    "split": ("lower case, punctuation split off and kept, x-ray and 3.5 whole", _split),
    "drop": ("lower case, punctuation dropped, x-ray and 3.5 whole (as after pycocoevalcap's PTBTokenizer)", _drop),
    "whitespace": ("lower case, split at white space", lambda text: text.lower().split()),
}
"""Name -> (what it does, text -> words)."""

WORDS = f"{DEFAULT}: {TOKENISATIONS[DEFAULT][0]}"
"""The tokenisation of report metrics whose name says none, for the signature."""


@lru_cache(maxsize=CACHED)
def words(text: str, tokenisation: str = DEFAULT) -> tuple[str, ...]:
    """The words of `text` under a key of TOKENISATIONS."""
    return tuple(TOKENISATIONS[tokenisation][1](text))


def pair(row: Prediction) -> tuple[str, str]:
    """(predicted, reference) text; a failed prediction is empty."""
    return row.prediction or "", row.reference
