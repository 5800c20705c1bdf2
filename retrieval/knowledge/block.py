"""A stretch of a document below one heading and on one page."""

from __future__ import annotations

from dataclasses import dataclass

from radiology.errors import SightlineError


@dataclass(frozen=True)
class Block:
    """`page` counts from 1; None for files without pages."""

    heading: str
    page: int | None
    text: str


def decoded(data: bytes, name: str) -> str:
    """The text of a UTF-8 file. Raises SightlineError for another."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SightlineError(f"`{name}`: cannot be read as text, save it as UTF-8.") from error
