"""The file of a case store: its tables, and the only ways to open it.

SQLite in WAL mode: one writer, and readers that see the state before or after each of its transactions. A commit is on
the disk when it returns (synchronous=FULL), and what is removed is overwritten (secure_delete). The wide columns stand
in tables of their own, so that what is filtered by is read without them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from radiology.errors import SightlineError

VERSION = "2"
_WAIT = 30
"""Seconds until a file that stays locked is given up."""

WORDS = "CREATE VIRTUAL TABLE words USING fts5 (findings, report, tokenize = 'porter unicode61 remove_diacritics 2')"
TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, study TEXT NOT NULL UNIQUE, patient TEXT NOT NULL, date TEXT,
    view TEXT NOT NULL, source TEXT NOT NULL, licence TEXT NOT NULL, split TEXT NOT NULL, given TEXT NOT NULL,
    pixels TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, revision INTEGER NOT NULL, checksum INTEGER NOT NULL
);
CREATE INDEX cases_patient ON cases (patient);
CREATE INDEX cases_date ON cases (date);
CREATE INDEX cases_source ON cases (source);
CREATE INDEX cases_split ON cases (split);
CREATE INDEX cases_revision ON cases (revision);
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY REFERENCES cases ON DELETE CASCADE, body TEXT NOT NULL, thumbnail BLOB NOT NULL,
    look BLOB NOT NULL
);
CREATE TABLE vectors (id INTEGER PRIMARY KEY REFERENCES cases ON DELETE CASCADE, vector BLOB NOT NULL);
CREATE TABLE findings (
    id INTEGER NOT NULL REFERENCES cases ON DELETE CASCADE, name TEXT NOT NULL, certainty TEXT NOT NULL, side TEXT,
    severity TEXT, probability REAL
);
CREATE INDEX findings_case ON findings (id);
CREATE INDEX findings_name ON findings (name, certainty, side, id);
CREATE TABLE removed (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
CREATE INDEX removed_revision ON removed (revision);
"""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One state of the store, whatever is written meanwhile. Raises SightlineError for what is no readable store."""
    if not path.is_file():
        raise SightlineError(
            f"`{path.parent}`: holds no case base, make one with `sightline cases build PATH -o FOLDER`."
        )
    mode = "ro" if os.access(path.parent, os.W_OK) else "ro&immutable=1"
    with _named(path), closing(_connect(path, mode)) as connection:
        _check_version(connection, path)
        connection.execute("BEGIN")
        yield connection


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, made with its tables when it is not there; use `transaction` for what is written."""
    with _named(path), closing(_connect(path, "rwc")) as connection:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            about = f"INSERT INTO about VALUES ('schema', '{VERSION}')"
            connection.executescript(f"BEGIN IMMEDIATE; {TABLES} {WORDS}; {about}; COMMIT")
        _check_version(connection, path)
        yield connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[int]:
    """All or nothing; gives the revision of the store that this makes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("INSERT OR IGNORE INTO about VALUES ('revision', '0')")
        connection.execute("UPDATE about SET value = value + 1 WHERE name = 'revision'")
        yield revision_of(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def revision_of(connection: sqlite3.Connection) -> int:
    """How many transactions made this state."""
    row = connection.execute("SELECT value FROM about WHERE name = 'revision'").fetchone()
    return int(row[0]) if row else 0


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Transactions are begun where they are written; a connection may be closed by another thread."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False)


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    query = "SELECT value FROM about WHERE name = 'schema'"
    found = connection.execute(query).fetchone() if "about" in tables else None
    if not tables:
        raise SightlineError(f"`{path.parent}`: holds no case yet, build it with `sightline cases build PATH`.")
    if found != (VERSION,):
        raise SightlineError(
            f"`{path.parent}`: its cases are stored as by another version of Sightline, build them in a new folder."
        )


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What SQLite says about the file, as one sentence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise SightlineError(
            f"`{path}`: cannot be used now ({error}), see to its disk and to who else uses it, then try again."
        ) from error
    except sqlite3.DatabaseError as error:
        raise SightlineError(
            f"`{path}`: is not a readable case store ({error}), restore a copy of it or build it again."
        ) from error
