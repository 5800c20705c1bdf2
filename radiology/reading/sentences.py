"""Report text to sentences. Every sentence is a piece of the text as it stands, so offsets carry over."""

from __future__ import annotations

import re
from itertools import chain

_ABBREVIATION = r"(?i:(?<!\bvs)(?<!\bdr)(?<!\bapprox)(?<!\be\.g)(?<!\bi\.e)(?<!\bst)(?!(?<=\bno)\.\s*\d))"
"""Not after one, in capitals or not. "No." is one only before a number: "no. 3"."""
_END = re.compile(
    rf"""
    {_ABBREVIATION}(?<![\s.]\d)(?<!^\d)[.?!]+(?=\s|$)     # a stop before a space, not that of "2. "
    | (?<=[a-z\d])[.](?=[A-Z][a-z])                       # "in the apex.There is": the space was forgotten
    | (?<=[A-Z]{{2}})[.](?=[A-Z][A-Za-z])                 # the same in capitals: "NO EFFUSION.HEART"
    | (?<=[\s.\n])(?=\(?\d{{1,2}}[.)]\s+[A-Z])            # before "2. Cardiomegaly", not in "segment (6) is"
    | \n\s*\n
    | \n(?=\s*(?:[A-Z*\u2022\u2013-]|\(?\d{{1,2}}[.)]\s))   # a line that begins like a sentence or an item
    """,
    re.VERBOSE,
)
_LONGEST = 600
"""Characters; a longer stretch without a stop is no sentence (a model that repeats itself) and is cut at a space."""
_TOO_LONG = re.compile(rf"(?s:.{{1,{_LONGEST}}})(?:(?<=\s)|(?=\s)|\Z)|(?s:.{{{_LONGEST}}})")
_ITEM = re.compile(r"[\s*\u2022\u2013-]*(?:\(?\d{1,2}[.)](?=\s|$))?[\s*\u2022\u2013-]*")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, in order, without list numbers and bullets; empty ones are left out."""
    ends = [match.end() for match in _END.finditer(text)]
    pieces = (text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
    sentences = (piece[_leading(piece) :].rstrip() for piece in chain.from_iterable(map(_short_enough, pieces)))
    return [sentence for sentence in sentences if any(letter.isalpha() for letter in sentence)]


def _short_enough(piece: str) -> list[str]:
    return [piece] if len(piece) <= _LONGEST else [match.group() for match in _TOO_LONG.finditer(piece)]


def _leading(piece: str) -> int:
    match = _ITEM.match(piece)
    return match.end() if match else 0
