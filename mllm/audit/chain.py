"""The hash chain: each entry's hash covers its text and, through the hash before it, everything earlier.

S. Haber, W. S. Stornetta, "How to time-stamp a digital document", J. Cryptology 3 (1991), linking schemes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from radiology.study import Noun

GENESIS = "0" * 64
"""What stands for the hash before the first entry."""


@dataclass(frozen=True)
class Row:
    """An entry as it is stored: its number from 1, its canonical text, its hash."""

    number: int
    text: str
    hash: str


class Tail(Noun):
    """The end of a chain: how many entries it has and the hash of the last."""

    count: int
    hash: str


class BrokenLogError(Exception):
    """A log is not what was written; `number` is the first entry that is wrong, None when it is something else."""

    def __init__(self, number: int | None, why: str) -> None:
        super().__init__(why if number is None else f"entry {number}: {why}")
        self.number = number


def canonical(record: Noun) -> str:
    """`record` as JSON with sorted keys, no spaces and nothing but ASCII: one record has one text.

    Raises ValueError for a number that JSON does not have.
    """
    return json.dumps(record.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(previous: str, text: str) -> str:
    """The hash of an entry: sha256 of the 64 digits of the hash before it, then of its text."""
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def walk(rows: Iterable[Row]) -> Tail:
    """The end of the chain. Raises BrokenLogError for the first row that does not follow from those before it."""
    tail = Tail(count=0, hash=GENESIS)
    for row in rows:
        number = tail.count + 1
        if row.number != number:
            raise BrokenLogError(number, f"is missing, entry {row.number} stands in its place")
        if row.hash != link(tail.hash, row.text):
            raise BrokenLogError(number, "its hash does not fit its text and the entries before it")
        tail = Tail(count=number, hash=row.hash)
    return tail
