"""The one writer of a store: every call is one transaction, on the disk when it returns."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from radiology.datasets.folder_lock import only_writer
from radiology.errors import SightlineError
from radiology.study import Case, Finding
from radiology.timeline.known import known_findings
from retrieval.store.copies import Copies
from retrieval.store.filter import Filter, where
from retrieval.store.inspect import words_fit
from retrieval.store.record import Record
from retrieval.store.schema import WORDS, transaction, writing
from retrieval.store.words import words_of


class Fate(StrEnum):
    """What became of a case: `updated` took the place of what was known of its study, a `duplicate` was left out for
    its film is in the store under another study."""

    ADDED = "added"
    UPDATED = "updated"
    KNOWN = "known"
    DUPLICATE = "duplicate"


@dataclass(frozen=True)
class Embedder:
    """What embedded the cases: its `id`, the `spec` by which it is opened ("" for the model's own tower), and D."""

    id: str
    spec: str
    width: int


@contextmanager
def writer_of(path: Path) -> Iterator[Writer]:
    """Holds the folder of the store `path`, which is made when it is not there.

    Raises SightlineError while another process writes into it, and for what is no store of this version.
    """
    with only_writer(path.parent), writing(path) as connection:
        yield Writer(path, connection)


class Writer:
    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._copies: Copies | None = None

    def embedded_by(self, embedder: Embedder, place: str = "") -> None:
        """Say what embeds the cases and, of a new store, on which Milvus its vectors are searched.

        Raises SightlineError when others here were embedded by something else, or their vectors are elsewhere.
        """
        known = dict(self._connection.execute("SELECT name, value FROM about").fetchall())
        if known.get("embedder", embedder.id) != embedder.id:
            raise SightlineError(
                f"`{self._path.parent}`: its cases were embedded by {known['embedder']} and this is {embedder.id},"
                " build the cases again in a new folder."
            )
        if place and known.get("place", place) != place:
            raise SightlineError(
                f"`{self._path.parent}`: its vectors are kept elsewhere, leave the index out or build in a new folder."
            )
        own = {"embedder": embedder.id, "spec": embedder.spec, "width": str(embedder.width)}
        about = own | {"id": uuid.uuid4().hex, "place": place}
        if not about.keys() <= known.keys():
            with transaction(self._connection):
                self._connection.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about.items())

    def add(self, records: Sequence[Record]) -> list[Fate]:
        """Store the cases that are new or have changed; what became of each. The first of several copies stays."""
        if self._copies is None:
            self._copies = Copies(self._connection)
        with transaction(self._connection) as revision:
            return [self._put(record, revision, self._copies) for record in records]

    def remove(self, wanted: Filter) -> int:
        """Take the cases out that `wanted` would give, their words and pictures too; how many there were."""
        condition, bound = where(wanted)
        with transaction(self._connection) as revision:
            rows = [row[0] for row in self._connection.execute(f"SELECT id FROM cases WHERE {condition}", bound)]
            for row in rows:
                self._drop(row, revision)
            if rows:
                self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(rows)

    def repair_words(self) -> bool:
        """Make the words anew from the cases where they do not fit; whether that was so."""
        if words_fit(self._connection):
            return False
        with transaction(self._connection):
            self._connection.execute("DROP TABLE IF EXISTS words")
            self._connection.execute(WORDS)
            for row, body in self._connection.execute("SELECT id, body FROM bodies"):
                case = Case.model_validate_json(body)
                self._write_words(row, case, known_findings(case))
        return True

    def _write_words(self, row: int, case: Case, findings: Sequence[Finding]) -> None:
        words = words_of(case, findings)
        self._connection.execute("INSERT INTO words (rowid, findings, report) VALUES (?, ?, ?)", (row, *words))

    def _put(self, record: Record, revision: int, copies: Copies) -> Fate:
        study, film = record.case.study.study_id, record.film
        query = "SELECT id, given FROM cases WHERE study = ?"
        old = self._connection.execute(query, (study,)).fetchone()
        if old and old[1] == record.given:
            return Fate.KNOWN
        same = self._connection.execute("SELECT id FROM cases WHERE pixels = ?", (film.pixels,)).fetchall()
        alike = {row[0] for row in same}.union(copies.find(film.look, film.hash))
        if alike - {old and old[0]}:
            return Fate.DUPLICATE
        if old:
            self._drop(old[0], revision)
        copies.add(self._insert(record, revision), film.hash)
        return Fate.UPDATED if old else Fate.ADDED

    def _insert(self, record: Record, revision: int) -> int:
        case, film, run = record.case, record.film, self._connection.execute
        study = case.study
        row = run(
            "INSERT INTO cases (study, patient, date, view, source, licence, split, given, pixels, hash, revision,"
            " checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(study.study_id, study.patient_id, study.date and study.date.isoformat(), record.view),
                *(case.source, case.licence, record.split, record.given),
                *(film.pixels, film.hash, revision, record.checksum),
            ),
        ).lastrowid
        assert row is not None
        run("INSERT INTO bodies VALUES (?, ?, ?, ?)", (row, record.body, film.thumbnail, film.look))
        run("INSERT INTO vectors VALUES (?, ?)", (row, record.blob))
        self._write_words(row, case, record.findings)
        self._connection.executemany(
            "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)",
            [(row, f.name, f.certainty, f.side, f.severity, f.probability) for f in record.findings],
        )
        return row

    def _drop(self, row: int, revision: int) -> None:
        self._connection.execute("DELETE FROM words WHERE rowid = ?", (row,))
        self._connection.execute("DELETE FROM cases WHERE id = ?", (row,))
        self._connection.execute("INSERT INTO removed VALUES (?, ?)", (row, revision))
