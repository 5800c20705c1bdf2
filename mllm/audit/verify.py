"""Whether a log is what was written: the chain of its entries, its end, and every byte of its file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mllm.audit import table
from mllm.audit.chain import BrokenLogError, Row, Tail, walk
from mllm.audit.head import ForgedHeadError, Head, head_file, read_head
from mllm.audit.lock import named, reading
from mllm.audit.log import Log
from mllm.audit.pages import page_sum
from radiology.errors import SightlineError
from radiology.study import Noun

INTERRUPTED = "an entry was being written when the program ended; the next one settles it"
OUTSIDE = "bytes outside of the entries are not as written"


class Verdict(Noun):
    """`tail` is the end of a clean log, `problem` what is wrong with another one, `broken` its first wrong entry."""

    tail: Tail | None = None
    problem: str = ""
    broken: int | None = None
    note: str = ""


def to_anchor(tail: Tail) -> str:
    """COUNT:HASH, to be kept where nobody who can write the log can write."""
    return f"{tail.count}:{tail.hash}"


DIGITS = 15
"""Of the longest count that an anchor can have."""


def read_anchor(text: str) -> Tail:
    """The inverse of `to_anchor`. Raises SightlineError for anything else."""
    count, _, mark = text.strip().partition(":")
    if not (
        count.isascii()
        and count.isdigit()
        and len(count) <= DIGITS
        and len(mark) == 64
        and set(mark) <= set("0123456789abcdef")
    ):
        raise SightlineError(
            f"`--anchor {text}`: is no anchor, give COUNT:HASH as `sightline audit verify` printed it."
        )
    return Tail(count=int(count), hash=mark)


def verify(log: Log, anchor: Tail | None = None) -> Verdict:
    """Look at every byte of the log; `anchor` is an end that it had before.

    Raises SightlineError for a log that cannot be read at all.
    """
    with named(log.file), reading(log.file):
        try:
            return _clean(log, anchor)
        except BrokenLogError as error:
            return Verdict(problem=str(error), broken=error.number)


def _clean(log: Log, anchor: Tail | None) -> Verdict:
    head = _head(log)
    with _settled(log.file, head) as file, table.opened_to_read(file) as opened:
        tail = walk(_readable(opened))
        if head is None:
            name = head_file(log.file).name
            raise BrokenLogError(None, f"`{name}` is missing or not as written: nothing tells where the log ended")
        _compare(tail, head)
        as_written = _sum(file, log.key) == head.pages if tail == head.tail else _sound(opened)
        if not as_written:
            raise BrokenLogError(None, OUTSIDE)
        if anchor and anchor.count and table.hash_of(opened, anchor.count) != anchor.hash:
            raise BrokenLogError(anchor.count, "is not the one that the anchor names")
    if head.coming is None and table.has_wal(log.file):
        raise BrokenLogError(None, f"`{table.wal_file(log.file).name}` lies beside it and is of no entry")
    return Verdict(tail=tail, note=INTERRUPTED if head.coming else "")


def _head(log: Log) -> Head | None:
    try:
        return read_head(log.file, log.key)
    except ForgedHeadError:
        return None


@contextmanager
def _settled(file: Path, head: Head | None) -> Iterator[Path]:
    """The file, or where a writer was interrupted a copy that holds what the next one will find."""
    if head is None or head.coming is None or not table.has_wal(file):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        copy = Path(folder) / file.name
        for each in (file, table.wal_file(file)):
            shutil.copyfile(each, copy.with_name(each.name))
        try:
            with table.opened(copy) as opened:
                table.flush(opened)
        except table.FAULTS as error:
            raise BrokenLogError(None, f"what was being written cannot be settled ({error})") from error
        yield copy


def _readable(opened: sqlite3.Connection) -> Iterable[Row]:
    number = 0
    try:
        for row in table.rows(opened):
            yield row
            number += 1
    except table.FAULTS as error:
        raise BrokenLogError(number + 1, f"cannot be read ({error})") from error


def _compare(tail: Tail, head: Head) -> None:
    """Raises BrokenLogError when a chain does not end where the head says."""
    if tail in {head.tail, head.coming}:
        return
    if tail.count < head.tail.count:
        raise BrokenLogError(tail.count + 1, f"is missing, there were {head.tail.count}")
    if tail.count > head.tail.count:
        raise BrokenLogError(head.tail.count + 1, "was added by something else")
    raise BrokenLogError(tail.count, "is another one than was written")


def _sound(opened: sqlite3.Connection) -> bool:
    """What can be said of the bytes outside of the entries while their sum is not known yet."""
    try:
        return table.schema(opened) == table.SCHEMA and table.sound(opened)
    except table.FAULTS:
        return False


def _sum(file: Path, key: bytes) -> str:
    with file.open("rb") as stream:
        return page_sum(stream, key)
