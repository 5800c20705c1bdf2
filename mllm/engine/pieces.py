"""From token ids to text, one token at a time, without ever cutting a character in two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mllm.engine.protocol import Piece

_CUT = "\N{REPLACEMENT CHARACTER}"


def pieces_of(decode: Callable[[list[int]], str], tokens: Iterable[tuple[int, float]]) -> Iterator[Piece]:
    """A piece for each (id, probability), as soon as its text is whole.

    Tokens that together spell one character make one piece with the product of their probabilities. Special tokens
    have no text; box tokens do. A character that the end cuts short is left out.
    """
    ids: list[int] = []
    before, shown, product = 0, 0, 1.0  # ids[before:shown] is context: some tokenizers space a word by what precedes it
    for token, probability in tokens:
        ids.append(token)
        product *= probability
        known = decode(ids[before:shown])
        text = decode(ids[before:])
        if text.endswith(_CUT):
            continue
        if len(text) > len(known):
            yield Piece(text[len(known) :], product)
        before, shown, product = shown, len(ids), 1.0
