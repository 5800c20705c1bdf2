"""What a user added: documents and their paragraphs in one SQLite file. Numbers are never used twice, so what a text
cites as K1012 is that paragraph or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mllm.draft.knowledge import Passage
from radiology.errors import SightlineError
from radiology.home import data_folder
from retrieval.knowledge.document import Document

FIRST = 1001
"""Number of the first paragraph; those below are our own entries."""
MOST = 50_000
"""Paragraphs of all documents together."""
LICENCE = "of the user's own document"
_WAIT = 30
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL UNIQUE, pages INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    heading TEXT NOT NULL, page INTEGER, text TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS passages_document ON passages (document);
INSERT INTO sqlite_sequence (name, seq)
SELECT 'passages', {FIRST - 1} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'passages');
"""


@dataclass(frozen=True)
class Stored:
    """A document of the store; its paragraphs are K`first` to K`last`."""

    name: str
    pages: int | None
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def default_file() -> Path:
    """`$SIGHTLINE_HOME/knowledge/documents.sqlite`, or the same below `~/.local/share/sightline`; it need not exist."""
    return data_folder() / "knowledge" / "documents.sqlite"


class KnowledgeStore:
    """Every call opens its own connection, so threads and processes may share a file. Without a file it is empty."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, documents: Sequence[Document]) -> list[tuple[Stored, bool]]:
        """Store all of `documents` or none of them; each with whether it is new.

        Raises SightlineError for another document of the same name, for too many paragraphs, and where the file cannot
        be written.
        """
        with self._writing() as table:
            result = [_stored_as(table, document) for document in documents]
            count = table.execute("SELECT count(*) FROM passages").fetchone()[0]
            if count > MOST:
                raise SightlineError(f"`{self.file}`: {count} paragraphs are more than {MOST}, add fewer documents.")
        return result

    def remove(self, name: str) -> Stored:
        """Take a document out, named by its file name or the id of one of its paragraphs.

        Raises SightlineError for what is not there.
        """
        documents = {stored.name: stored for stored in self.documents()}
        stored = documents.get(name) or next((each for each in documents.values() if _holds(each, name)), None)
        if stored is None:
            raise SightlineError(f"`{name}`: is no document that was added, see `sightline knowledge list`.")
        with self._writing() as table:
            table.execute("DELETE FROM documents WHERE name = ?", (stored.name,))
        return stored

    def documents(self) -> list[Stored]:
        """In the order in which they were added."""
        query = (
            "SELECT name, pages, min(passages.id), max(passages.id) FROM documents JOIN passages"
            " ON document = documents.id GROUP BY documents.id ORDER BY documents.id"
        )
        with self._reading() as table:
            return [Stored(*row) for row in table.execute(query)] if table else []

    def passages(self) -> list[Passage]:
        """All paragraphs, by number."""
        query = (
            "SELECT passages.id, name, heading, text, page FROM passages JOIN documents ON document = documents.id"
            " ORDER BY passages.id"
        )
        with self._reading() as table:
            rows = table.execute(query).fetchall() if table else []
        return [
            Passage(f"K{number}", name, heading, text, _source(name, page), LICENCE, own=False, page=page)
            for number, name, heading, text, page in rows
        ]

    def state(self) -> tuple[int, int, int] | tuple[()]:
        """What changes whenever the file does."""
        try:
            found = self.file.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """None where nothing was ever added."""
        if not self.file.is_file():
            yield None
            return
        with (
            self._named(),
            closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT)) as table,
        ):
            yield table

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, or nothing has changed."""
        with self._named():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(self.file, timeout=_WAIT, isolation_level=None)) as table:
                table.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE")
                yield table
                table.execute("COMMIT")

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SightlineError(
                f"`{self.file}`: cannot be used ({error}); move it away and add your documents again."
            ) from error


def _stored_as(table: sqlite3.Connection, document: Document) -> tuple[Stored, bool]:
    known = table.execute("SELECT id, name, pages FROM documents WHERE hash = ?", (document.hash,)).fetchone()
    if known:
        first, last = table.execute("SELECT min(id), max(id) FROM passages WHERE document = ?", known[:1]).fetchone()
        return Stored(known[1], known[2], first, last), False
    if table.execute("SELECT 1 FROM documents WHERE name = ?", (document.name,)).fetchone():
        raise SightlineError(
            f"`{document.name}`: another document of this name is there, `sightline knowledge remove` it first."
        )
    number = table.execute(
        "INSERT INTO documents (name, hash, pages) VALUES (?, ?, ?)", (document.name, document.hash, document.pages)
    ).lastrowid
    rows = [(number, each.heading, each.page, each.text) for each in document.paragraphs]
    table.executemany("INSERT INTO passages (document, heading, page, text) VALUES (?, ?, ?, ?)", rows)
    last = int(table.execute("SELECT max(id) FROM passages").fetchone()[0])
    return Stored(document.name, document.pages, last - len(rows) + 1, last), True


def _holds(stored: Stored, number: str) -> bool:
    digits = number.strip().upper().removeprefix("K")
    return digits.isdecimal() and stored.first <= int(digits) <= stored.last


def _source(name: str, page: int | None) -> str:
    return name if page is None else f"{name}, page {page}"
