"""The case store: one SQLite file that holds everything known of every case, its embedding included.

It is the truth of a case base; the index beside it can always be made again from it. Patients are stored as one-way
hashes, which is all that "never the same patient" needs.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radiology.errors import SightlineError
from radiology.study import Case

_SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    id INTEGER PRIMARY KEY, study_id TEXT NOT NULL UNIQUE, patient TEXT NOT NULL, pixels TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL, licence TEXT NOT NULL, report TEXT NOT NULL, body TEXT NOT NULL,
    thumbnail BLOB NOT NULL, embedding BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS cases_patient ON cases (patient);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Row:
    """A case to store: `pixels` is a hash of its image, `thumbnail` PNG bytes, `embedding` [D] of unit length."""

    case: Case
    pixels: str
    thumbnail: bytes
    embedding: NDArray[np.float32]


def patient_hash(patient_id: str) -> str:
    """A one-way name of a patient: equal for equal ids, 32 hexadecimal digits."""
    return hashlib.sha256(f"sightline patient {patient_id}".encode()).hexdigest()[:32]


def without_identity(case: Case) -> Case:
    """The same case with its patient, and the patient of its priors, replaced by their hashes; where its images are is
    left out, for folders and files are called after patients too."""
    study = case.study
    kept = study.model_copy(
        update={
            "patient_id": patient_hash(study.patient_id),
            "views": tuple(view.model_copy(update={"path": ""}) for view in study.views),
            "priors": tuple(without_identity(prior) for prior in study.priors),
        }
    )
    return case.model_copy(update={"study": kept})


class CaseStore:
    """The cases of one folder. Every call opens its own connection, so threads and processes may share a store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, embedder_id: str) -> None:
        """Make the file if it is missing; raises SightlineError when its embeddings are another model's."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.executescript(_SCHEMA)
            connection.execute("INSERT OR IGNORE INTO about VALUES ('embedder', ?)", (embedder_id,))
        self.require(embedder_id)

    def require(self, embedder_id: str) -> None:
        """Raises SightlineError when there is no case base here, or when another model embedded it."""
        found = self.embedder_id
        if found != embedder_id:
            raise SightlineError(
                f"`{self.path.parent}`: its cases were embedded by {found} and this model is {embedder_id},"
                " build the cases again in a new folder."
            )

    @property
    def embedder_id(self) -> str:
        """What embedded the cases; raises SightlineError when this is no case base."""
        if not self.path.is_file():
            raise SightlineError(
                f"`{self.path.parent}`: holds no case base, make one with `sightline cases build PATH -o FOLDER`."
            )
        try:
            with self._connection() as connection:
                row = connection.execute("SELECT value FROM about WHERE name = 'embedder'").fetchone()
        except sqlite3.DatabaseError as error:
            raise SightlineError(f"`{self.path}`: is not a readable case store ({error}), build it again.") from error
        return str(row[0]) if row else "nothing"

    def add(self, rows: Iterable[Row]) -> int:
        """Store cases in one transaction; the number that were new. Known studies and known images are left out."""
        with self._connection() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO cases"
                " (study_id, patient, pixels, source, licence, report, body, thumbnail, embedding)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_values(row) for row in rows],
            )
            return connection.total_changes - before

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM cases"))

    @property
    def last_id(self) -> int:
        """The highest row id, 0 when empty: with the length it tells whether an index is up to date."""
        return int(self._one("SELECT coalesce(max(id), 0) FROM cases"))

    def studies(self) -> set[str]:
        """The ids of all stored studies."""
        with self._connection() as connection:
            return {row[0] for row in connection.execute("SELECT study_id FROM cases")}

    def sources(self) -> dict[str, int]:
        """Number of cases by source and licence, written "source (licence)"."""
        query = "SELECT source || ' (' || licence || ')', count(*) FROM cases GROUP BY source, licence ORDER BY 1"
        with self._connection() as connection:
            return dict(connection.execute(query).fetchall())

    def embeddings(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Row ids [N] and embeddings [N, D]; D is 0 when the store is empty."""
        with self._connection() as connection:
            rows = connection.execute("SELECT id, embedding FROM cases ORDER BY id").fetchall()
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        return ids, vectors.reshape(len(rows), -1) if rows else vectors.reshape(0, 0)

    def rows_of(self, patient_id: str, study_id: str) -> list[int]:
        """Row ids of everything of this patient, and of this study whoever its patient is called."""
        with self._connection() as connection:
            found = connection.execute(
                "SELECT id FROM cases WHERE patient = ? OR study_id = ?", (patient_hash(patient_id), study_id)
            )
            return [row[0] for row in found]

    def cases(self, ids: Sequence[int]) -> dict[int, Case]:
        """The cases of these rows, by row id."""
        marks = ",".join("?" * len(ids))
        with self._connection() as connection:
            found = connection.execute(f"SELECT id, body FROM cases WHERE id IN ({marks})", list(ids))
            return {row[0]: Case.model_validate_json(row[1]) for row in found}

    def thumbnail(self, study_id: str) -> bytes | None:
        """PNG bytes of a stored study, None when it is not here."""
        with self._connection() as connection:
            row = connection.execute("SELECT thumbnail FROM cases WHERE study_id = ?", (study_id,)).fetchone()
        return bytes(row[0]) if row else None

    def _one(self, query: str) -> int | str:
        with self._connection() as connection:
            value: int | str = connection.execute(query).fetchone()[0]
        return value

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back by an exception, closed either way."""
        with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            yield connection


def _values(row: Row) -> tuple[str | bytes, ...]:
    case = without_identity(row.case)
    report = case.report
    text = "" if report is None else "\n".join(part for part in (report.findings, report.impression) if part)
    vector = np.ascontiguousarray(row.embedding, dtype=np.float32).tobytes()
    study = case.study
    body = case.model_dump_json()
    return (study.study_id, study.patient_id, row.pixels, case.source, case.licence, text, body, row.thumbnail, vector)
