"""Plain text to blocks: paragraphs between empty lines, and short lines that stand as headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.knowledge.block import Block, decoded

_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z]\.|[IVX]{1,5}\.|chapter \w+|section \w+)\s+\S", re.I)
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_WORDS = 10


def text_blocks(data: bytes, name: str) -> Iterator[Block]:
    """A block for each paragraph of a UTF-8 text."""
    yield from blocks_of(decoded(data, name).splitlines(), None)


def blocks_of(lines: Sequence[str], page: int | None, heading: str = "") -> Iterator[Block]:
    """The paragraphs of some lines; `heading` is the one that reaches into them."""
    held: list[str] = []
    for line in (*lines, ""):
        title = _is_heading(line)
        if held and (title or not line.strip()):
            yield Block(heading, page, _joined(held))
            held = []
        if title:
            heading = line.strip(" #=*_")
        elif line.strip(" -=*_#.\t"):
            held.append(line.strip())


def _is_heading(line: str) -> bool:
    """A short line in capitals, or one that is numbered and has no full stop."""
    text = line.strip()
    if not text or len(text.split()) > _WORDS or text[-1] in ".,;:?!" or not any(c.isalpha() for c in text):
        return False
    return (text.isupper() and len(text) > 3) or bool(_NUMBERED.match(text))


def _joined(lines: Sequence[str]) -> str:
    """One line; a word that was cut at the end of a line is whole again."""
    return _HYPHEN.sub("", "\n".join(lines)).replace("\n", " ")
