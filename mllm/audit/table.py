"""The SQLite file of a log: one table that takes rows at its end and refuses every change."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mllm.audit.chain import GENESIS, Row, Tail
from mllm.audit.pages import PAGE

WAIT = 60
"""Seconds to wait for other processes."""
FAULTS = (sqlite3.Error, UnicodeError)
"""What reading a damaged file raises; the second because SQLite's message may quote what is no text."""
SCHEMA = (
    "CREATE TABLE entries (number INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
    "CREATE TRIGGER no_change BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries never change'); END",
    "CREATE TRIGGER no_removal BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END",
    (
        "CREATE TRIGGER only_next BEFORE INSERT ON entries"
        " WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM entries)"
        " BEGIN SELECT RAISE(ABORT, 'entries are added at the end'); END"
    ),
)


def wal_file(file: Path) -> Path:
    """The write-ahead log of a SQLite file: empty or not there but while something is written."""
    return file.with_name(f"{file.name}-wal")


def has_wal(file: Path) -> bool:
    wal = wal_file(file)
    return wal.exists() and wal.stat().st_size > 0


def create(file: Path) -> None:
    """An empty log that only its owner may read; one without entries may be there already. Raises sqlite3.Error."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    with opened(file) as table:
        table.execute(f"PRAGMA page_size = {PAGE}")
        table.execute("PRAGMA journal_mode = WAL")
        table.execute("BEGIN IMMEDIATE")
        if schema(table) != SCHEMA:
            for statement in SCHEMA:
                table.execute(statement)
        table.execute("COMMIT")


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """For writing: what is committed is on disk, and goes from the write-ahead log into the file at the end."""
    with closing(sqlite3.connect(file, timeout=WAIT, isolation_level=None)) as table:
        table.execute("PRAGMA synchronous = FULL")
        table.execute("PRAGMA wal_autocheckpoint = 0")
        yield table


@contextmanager
def opened_to_read(file: Path) -> Iterator[sqlite3.Connection]:
    """The file as it lies there, without a write-ahead log, untouched."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as table:
        table.execute("PRAGMA trusted_schema = OFF")
        yield table


def add(table: sqlite3.Connection, row: Row) -> None:
    """Add one row durably."""
    table.execute("BEGIN IMMEDIATE")
    table.execute("INSERT INTO entries VALUES (?, ?, ?)", (row.number, row.text, row.hash))
    table.execute("COMMIT")


def flush(table: sqlite3.Connection) -> bool:
    """Move what was committed into the file itself; False while another program holds it open."""
    busy, _, _ = table.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def tail(table: sqlite3.Connection) -> Tail:
    """The end as the last row states it."""
    last = table.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    return Tail(count=last[0], hash=last[1]) if last else Tail(count=0, hash=GENESIS)


def rows(table: sqlite3.Connection) -> Iterator[Row]:
    for number, text, mark in table.execute("SELECT number, text, hash FROM entries ORDER BY number"):
        yield Row(number, text, mark)


def schema(table: sqlite3.Connection) -> tuple[str, ...]:
    """The statements that made the tables and triggers, in order."""
    return tuple(sql for (sql,) in table.execute("SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY rowid"))


def sound(table: sqlite3.Connection) -> bool:
    """Whether SQLite finds no fault in the file's structure."""
    (first,) = table.execute("PRAGMA integrity_check").fetchone()
    return bool(first == "ok")


def hash_of(table: sqlite3.Connection, number: int) -> str | None:
    found = table.execute("SELECT hash FROM entries WHERE number = ?", (number,)).fetchone()
    return found[0] if found else None
