"""A user's file as paragraphs with heading and page: Markdown, plain text or PDF."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from radiology.errors import SightlineError
from radiology.reading.sentences import split_sentences
from retrieval.knowledge.block import Block
from retrieval.knowledge.markdown import markdown_blocks
from retrieval.knowledge.pdf import pdf_blocks
from retrieval.knowledge.plain import text_blocks

LARGEST = 50_000_000
"""Bytes of a file."""
LONGEST = 900
"""Characters of a paragraph, so that a quotation fits on a screen; a single sentence may be longer."""
MOST = 20_000
"""Paragraphs of one document."""
READERS: dict[str, Callable[[bytes, str], Iterable[Block]]] = {
    ".md": markdown_blocks,
    ".markdown": markdown_blocks,
    ".txt": text_blocks,
    ".text": text_blocks,
    ".pdf": pdf_blocks,
}


@dataclass(frozen=True)
class Document:
    """`hash` is that of the file's bytes; `pages` is None for what has no pages."""

    name: str
    hash: str
    pages: int | None
    paragraphs: tuple[Block, ...]


def read_document(path: Path) -> Document:
    """Raises SightlineError for a file that is missing, too large, of another type, encrypted, or without text."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SightlineError(f"`{path}`: is no Markdown, text or PDF file, give one of {', '.join(READERS)}.")
    data = _bytes_of(path)
    paragraphs: list[Block] = []
    for block in _packed(reader(data, str(path))):
        paragraphs.append(block)
        if len(paragraphs) > MOST:
            raise SightlineError(f"`{path}`: has more than {MOST} paragraphs, add its chapters as files of their own.")
    if not paragraphs:
        raise SightlineError(f"`{path}`: holds no text, give a file that does.")
    pages = max((each.page for each in paragraphs if each.page is not None), default=None)
    return Document(clean(path.name), hashlib.sha256(data).hexdigest(), pages, tuple(paragraphs))


def clean(text: str) -> str:
    """`text` on one line, in composed letters, without characters that control a terminal or the direction of text."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if c.isspace() else c for c in composed if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SightlineError(f"`{path}`: is a folder, name the files in it.")
        size = path.stat().st_size
        if size > LARGEST:
            raise SightlineError(f"`{path}`: has {size} bytes, give at most {LARGEST} and split what is larger.")
        return path.read_bytes()
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be read ({error.strerror}), check the path.") from error


def _packed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Cleaned blocks, neighbours below one heading and on one page joined up to `LONGEST`, longer ones cut."""
    held: Block | None = None
    for block in blocks:
        heading = clean(block.heading)[:200]
        for text in _pieces(clean(block.text)):
            if held and (held.heading, held.page) == (heading, block.page) and len(held.text) + len(text) < LONGEST:
                held = Block(heading, held.page, f"{held.text} {text}")
                continue
            if held:
                yield held
            held = Block(heading, block.page, text)
    if held:
        yield held


def _pieces(text: str) -> Iterator[str]:
    """`text` whole if it is short enough, else sentence by sentence."""
    if any(c.isalpha() for c in text):
        yield from [text] if len(text) <= LONGEST else split_sentences(text)
