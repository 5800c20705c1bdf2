"""Markdown to blocks: headings are followed, markup is left out, a row of a table is a line."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.knowledge.block import Block, decoded

_SHOWN = {"text", "code_inline", "image"}
_BREAKS = {"softbreak", "hardbreak"}


def markdown_blocks(data: bytes, name: str) -> Iterator[Block]:
    """A block for each paragraph, list item, code block and row; its heading is the nearest one above it."""
    heading, row = "", list[str]()
    opened = ""
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(decoded(data, name)):
        if token.type == "heading_open":
            opened = token.type
        elif token.type == "tr_open":
            row = []
            opened = token.type
        elif token.type == "tr_close":
            yield Block(heading, None, "; ".join(cell for cell in row if cell))
            opened = ""
        elif token.type == "inline" and opened == "heading_open":
            heading, opened = _text(token), ""
        elif token.type == "inline" and opened == "tr_open":
            row.append(_text(token))
        elif token.type == "inline":
            yield Block(heading, None, _text(token))
        elif token.type in ("fence", "code_block"):
            yield Block(heading, None, token.content)


def _text(token: Token) -> str:
    """What a reader of the page would see of an inline token."""
    children = token.children or []
    return "".join(" " if each.type in _BREAKS else each.content for each in children if each.type in _SHOWN | _BREAKS)
