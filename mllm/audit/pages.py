"""A keyed sum over the pages of a SQLite file: it covers every byte, and an entry costs only the pages it changes.

A page's share is HMAC-SHA-256 of its number and bytes; shares add up modulo 2**256 (an incremental multiset hash:
D. Clarke et al., ASIACRYPT 2003). A page that something else changed stays wrong in the sum, whatever is written later.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

PAGE = 4096
"""Bytes of a page."""
_MODULUS = 1 << 256
_WAL_HEADER, _FRAME_HEADER = 32, 24


def page_sum(file: BinaryIO, key: bytes) -> str:
    """The sum over a whole file, 64 hexadecimal digits."""
    file.seek(0)
    pages = iter(lambda: file.read(PAGE), b"")
    return _digits(sum(_share(key, number, page) for number, page in enumerate(pages, 1)))


def moved_sum(before: str, file: BinaryIO, changed: Mapping[int, bytes], key: bytes) -> str:
    """The sum after the pages of `changed` replace those of `file`, whose sum was `before`."""
    total = int(before, 16)
    for number, page in changed.items():
        file.seek((number - 1) * PAGE)
        old = file.read(PAGE)
        total += _share(key, number, page) - (_share(key, number, old) if old else 0)
    return _digits(total)


def logged_pages(wal: Path) -> dict[int, bytes]:
    """Number and bytes of each page in a write-ahead log (https://sqlite.org/fileformat2.html#walformat), the last of
    each; frames of an earlier use of the file are left out."""
    return dict(_frames(wal.read_bytes()))


def _frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    salt = log[16:24]
    for start in range(_WAL_HEADER, len(log), _FRAME_HEADER + PAGE):
        if log[start + 8 : start + 16] != salt:
            return
        content = start + _FRAME_HEADER
        yield int.from_bytes(log[start : start + 4], "big"), log[content : content + PAGE]


def _share(key: bytes, number: int, page: bytes) -> int:
    return int.from_bytes(hmac.digest(key, b"audit page\0" + number.to_bytes(8, "big") + page, hashlib.sha256), "big")


def _digits(total: int) -> str:
    return f"{total % _MODULUS:064x}"
