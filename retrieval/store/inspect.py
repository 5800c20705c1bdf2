"""What is wrong with a store: its file, its tables against each other, every case against its checksum."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from retrieval.store.record import checksum
from retrieval.store.schema import reading

_PARTS = {"bodies": "text", "vectors": "vector"}
_MOST = 5
"""Faults of a file that are told."""


def faults(path: Path) -> Iterator[str]:
    """What SQLite finds wrong with the file, and tables that do not belong together."""
    with reading(path) as connection:
        for (said,) in connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall():
            if said != "ok":
                yield f"the file is damaged ({said}), restore a copy of it or build it again"
        for table, what in _PARTS.items():
            query = f"SELECT count(*) FROM cases WHERE id NOT IN (SELECT id FROM {table})"
            if lost := connection.execute(query).fetchone()[0]:
                yield f"{lost} cases have no {what}, remove them and add them again"


def damaged(path: Path) -> list[str]:
    """Studies whose text, picture or vector is not what was stored."""
    parts = "checksum, body, thumbnail, look, vector"
    text = f"SELECT study, {parts} FROM cases JOIN bodies USING (id) JOIN vectors USING (id)"
    with reading(path) as connection:
        return [str(study) for study, stored, *own in connection.execute(text) if checksum(*own) != stored]


def words_fit(connection: sqlite3.Connection) -> bool:
    """Whether the words are those of the cases; asked of the writer, for SQLite writes to look."""
    lost = "SELECT count(*) FROM cases WHERE id NOT IN (SELECT rowid FROM words)"
    left = "SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM cases)"
    try:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        return not any(connection.execute(query).fetchone()[0] for query in (lost, left))
    except sqlite3.DatabaseError:
        return False
