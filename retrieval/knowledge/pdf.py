"""The text of a PDF, page by page, without what is printed on every page."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from radiology.errors import SightlineError
from retrieval.knowledge.block import Block
from retrieval.knowledge.plain import blocks_of

PAGES = 3_000
LETTERS = 20
"""On an average page; a PDF with fewer is a scan."""
CHARACTERS = 20_000_000
_EDGE = 2
"""Lines at the top and at the bottom of a page that may be running heads."""
_DIGITS = re.compile(r"\d+")


def pdf_blocks(data: bytes, name: str) -> Iterator[Block]:
    """A block for each paragraph, with its page. Raises SightlineError for what is encrypted, scanned or damaged."""
    pages = [page.splitlines() for page in _pages(data, name)]
    if sum(c.isalpha() for page in pages for line in page for c in line) < LETTERS * len(pages):
        raise SightlineError(f"`{name}`: has pictures of pages but no text, run text recognition (OCR) over it first.")
    heads = _running_heads(pages)
    heading = ""
    for number, page in enumerate(pages, 1):
        for block in blocks_of(_without(heads, page), number, heading):
            heading = block.heading
            yield block


def _pages(data: bytes, name: str) -> list[str]:
    """The text of each page. Whatever a damaged file makes pypdf raise is one refusal."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        encrypted, count = reader.is_encrypted, 0 if reader.is_encrypted else len(reader.pages)
    except Exception as error:
        raise SightlineError(f"`{name}`: cannot be read as a PDF, save it again or give its text.") from error
    if encrypted:
        raise SightlineError(f"`{name}`: is encrypted, save it without a password or restrictions.")
    if not 0 < count <= PAGES:
        raise SightlineError(f"`{name}`: has {count} pages, give a file of 1 to {PAGES}.")
    found, length = list[str](), 0
    for number in range(count):
        try:
            found.append(reader.pages[number].extract_text())
        except Exception as error:
            raise SightlineError(f"`{name}`: page {number + 1} cannot be read, save the file again.") from error
        length += len(found[-1])
        if length > CHARACTERS:
            raise SightlineError(f"`{name}`: has more than {CHARACTERS} characters, add its chapters one by one.")
    return found


def _running_heads(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edges of at least half of three or more pages, their numbers aside."""
    if len(pages) < 3:
        return set()
    edges = Counter(shape for page in pages for shape in {_shape(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    return {shape for shape, count in edges.items() if count * 2 >= len(pages) and count > 2}


def _without(heads: set[str], page: Sequence[str]) -> list[str]:
    edge = {*range(_EDGE), *range(len(page) - _EDGE, len(page))}
    return [line for at, line in enumerate(page) if at not in edge or _shape(line) not in heads]


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line.strip())
