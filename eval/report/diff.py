"""Two texts word by word: what only one of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s*\S+")
_EDGES = ".,;:!?()[]\"'"


@dataclass(frozen=True)
class Piece:
    """A stretch of one of the texts, white space included; `shared` if the other has it too, at this place."""

    text: str
    shared: bool


def word_diff(reference: str, prediction: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces; case and punctuation at the edge of a word make no difference."""
    left, right = _WORD.findall(reference), _WORD.findall(prediction)
    matcher = SequenceMatcher(None, list(map(_key, left)), list(map(_key, right)), autojunk=False)
    shared_left, shared_right = set[int](), set[int]()
    for block in matcher.get_matching_blocks():
        shared_left.update(range(block.a, block.a + block.size))
        shared_right.update(range(block.b, block.b + block.size))
    return _pieces(left, shared_left), _pieces(right, shared_right)


def _key(word: str) -> str:
    return word.strip().strip(_EDGES).lower() or word.strip()


def _pieces(words: Iterable[str], shared: set[int]) -> tuple[Piece, ...]:
    """Neighbours of one kind joined; the white space before a word that the other lacks is shared."""
    found: list[Piece] = []
    for i, text in enumerate(words):
        begins = i not in shared and (not found or found[-1].shared)
        gap = len(text) - len(text.lstrip()) if begins else 0
        _add(found, Piece(text[:gap], True))
        _add(found, Piece(text[gap:], i in shared))
    return tuple(found)


def _add(found: list[Piece], piece: Piece) -> None:
    if not piece.text:
        return
    if found and found[-1].shared is piece.shared:
        found[-1] = Piece(found[-1].text + piece.text, piece.shared)
    else:
        found.append(piece)
