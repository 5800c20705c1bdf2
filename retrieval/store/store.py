"""The case store, read: one SQLite file that holds everything known of every case, its embedding included.

It is the truth of a case base; the index beside it can always be made again from it, or caught up by the difference
between two revisions. Every call opens its own connection, so threads and processes may share a store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiology.errors import SightlineError
from radiology.study import Case, Finding, Noun
from radiology.timeline.known import Key, known_findings, sides_of
from retrieval.store.filter import EVERYTHING, Filter, excluded, included, values, where
from retrieval.store.record import Film, Record
from retrieval.store.schema import reading, revision_of
from retrieval.store.stated import agreement, stated_in
from retrieval.store.words import any_of
from retrieval.vectors.protocol import Ids, Selection, Vectors

_FINDINGS_WEIGHT = 4.0
"""A word among the findings counts as much more than in the report, where it may be denied."""
_AT_ONCE = 30_000
"""Question marks of one query; SQLite takes 32,766."""


class About(Noun):
    """What a store says of itself: `spec` opens its embedder ("" for the model's own tower), `id` is no other store's,
    `place` is the Milvus where its vectors are searched ("" for a folder beside it)."""

    embedder: str
    spec: str
    width: int
    id: str
    place: str
    revision: int


@dataclass(frozen=True)
class Changes:
    """From an earlier revision to `revision`: rows put since, with their vectors [N, D], and rows taken out before."""

    revision: int
    ids: Ids
    vectors: Vectors
    removed: Ids


class CaseStore:
    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def about(self) -> About:
        """Raises SightlineError when there is no store, or none that can be read."""
        with reading(self.path) as connection:
            found = dict(connection.execute("SELECT name, value FROM about").fetchall())
        if "embedder" not in found:
            raise SightlineError(
                f"`{self.path.parent}`: holds no case yet, build it with `sightline cases build PATH`."
            )
        return About(**{name: found[name] for name in About.model_fields})

    def __len__(self) -> int:
        with reading(self.path) as connection:
            return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])

    def revision(self) -> int:
        with reading(self.path) as connection:
            return revision_of(connection)

    def known(self) -> dict[str, str]:
        """Study id -> `given` of its case, see `Record`."""
        with reading(self.path) as connection:
            return dict(connection.execute("SELECT study, given FROM cases").fetchall())

    def since(self, revision: int, at_once: int = 16_384) -> Iterator[Changes]:
        """What has changed after `revision`, so many rows at once; since 0 everything that is there.

        All parts are of one state of the store. The first takes rows out, so there is always one.
        """
        with reading(self.path) as connection:
            now = revision_of(connection)
            gone = connection.execute("SELECT id FROM removed WHERE revision > ?", (revision,)).fetchall()
            cursor = connection.execute(
                "SELECT id, vector FROM cases JOIN vectors USING (id) WHERE revision > ? ORDER BY id", (revision,)
            )
            rows, removed = cursor.fetchmany(at_once), _ids(row[0] for row in gone)
            yield Changes(now, _ids(row[0] for row in rows), _vectors([row[1] for row in rows]), removed)
            while rows := cursor.fetchmany(at_once):
                yield Changes(now, _ids(row[0] for row in rows), _vectors([row[1] for row in rows]), _ids(()))

    def selection(self, wanted: Filter) -> Selection | None:
        """The rows that `wanted` gives, or does not where it only takes cases out; None where it is empty."""
        if wanted.empty:
            return None
        only_out = not included(wanted)
        out = excluded(wanted)
        text, bound = (" OR ".join(text for text, _ in out), values(out)) if only_out else where(wanted)
        with reading(self.path) as connection:
            found = connection.execute(f"SELECT id FROM cases WHERE {text}", bound)
            return Selection(_ids(row[0] for row in found), inverted=only_out)

    def match(self, words: str, k: int, wanted: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """At most `k` (row, BM25) whose findings or report hold any of `words`, best first; BM25 is above 0."""
        query, (condition, bound) = any_of(words), where(wanted)
        if not query or k < 1:
            return []
        within = "" if wanted.empty else f"AND rowid IN (SELECT id FROM cases WHERE {condition})"
        text = (
            f"SELECT rowid, -bm25(words, {_FINDINGS_WEIGHT}, 1.0) AS score FROM words WHERE words MATCH ? {within}"
            " ORDER BY score DESC, rowid LIMIT ?"
        )
        with reading(self.path) as connection:
            return [(int(row), float(score)) for row, score in connection.execute(text, (query, *bound, k))]

    def stating(self, words: str, k: int, wanted: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """At most `k` (row, agreement) whose findings are most like those that `words` state, see `agreement`."""
        stated = stated_in(words)
        if not stated or k < 1:
            return []
        names, (condition, bound) = sorted({name for name, _ in stated}), where(wanted)
        text = (
            "SELECT id, name, side FROM findings WHERE certainty = 'present' AND id IN (SELECT id FROM findings"
            f" WHERE certainty = 'present' AND name IN ({', '.join('?' * len(names))}))"
            f" AND id IN (SELECT id FROM cases WHERE {condition})"
        )
        own: dict[int, set[Key]] = {}
        with reading(self.path) as connection:
            for row, name, side in connection.execute(text, (*names, *bound)):
                finding = Finding(name=name, side=side)
                own.setdefault(row, set()).update((name, each) for each in sides_of(finding))
        scores = ((row, agreement(stated, keys)) for row, keys in own.items())
        return sorted(scores, key=lambda each: (-each[1], each[0]))[:k]

    def cases(self, rows: Sequence[int]) -> dict[int, Case]:
        """The cases of those rows that are there."""
        return {row: Case.model_validate_json(body) for row, body in self._of("body FROM bodies", rows)}

    def looks(self, rows: Sequence[int]) -> dict[int, bytes]:
        """How their films look, see `Film`."""
        return dict(self._of("look FROM bodies", rows))

    def embeddings(self, rows: Sequence[int]) -> Vectors:
        """[N, D] in the order of `rows`. Raises KeyError for a row that is not there."""
        found = dict(self._of("vector FROM vectors", rows))
        return _vectors([found[row] for row in rows])

    def thumbnail(self, study_id: str) -> bytes | None:
        """PNG bytes of a stored study, None when it is not here."""
        with reading(self.path) as connection:
            query = "SELECT thumbnail FROM cases JOIN bodies USING (id) WHERE study = ?"
            row = connection.execute(query, (study_id,)).fetchone()
        return bytes(row[0]) if row else None

    def records(self, wanted: Filter = EVERYTHING, at_once: int = 256) -> Iterator[list[Record]]:
        """All that `wanted` gives, in the order of the rows, so many at once; of one state of the store."""
        condition, bound = where(wanted)
        text = (
            "SELECT body, given, split, pixels, thumbnail, look, hash, vector FROM cases JOIN bodies USING (id)"
            f" JOIN vectors USING (id) WHERE {condition} ORDER BY id"
        )
        with reading(self.path) as connection:
            cursor = connection.execute(text, bound)
            while rows := cursor.fetchmany(at_once):
                yield [_record(*row) for row in rows]

    def some_rows(self, most: int) -> list[int]:
        """Rows from all over the store."""
        with reading(self.path) as connection:
            every = [row[0] for row in connection.execute("SELECT id FROM cases ORDER BY id")]
        return every[:: max(1, len(every) // most)][:most]

    def patients(self) -> int:
        with reading(self.path) as connection:
            return int(connection.execute("SELECT count(DISTINCT patient) FROM cases").fetchone()[0])

    def counts(self, column: str) -> dict[str, int]:
        """Number of cases by what stands in a column of the table `cases`."""
        with reading(self.path) as connection:
            return dict(connection.execute(f"SELECT {column}, count(*) FROM cases GROUP BY 1 ORDER BY 1").fetchall())

    def _of(self, what: str, rows: Sequence[int]) -> Iterator[tuple[int, Any]]:
        rows = [int(row) for row in rows]
        with reading(self.path) as connection:
            for start in range(0, len(rows), _AT_ONCE):
                part = rows[start : start + _AT_ONCE]
                yield from connection.execute(f"SELECT id, {what} WHERE id IN ({','.join('?' * len(part))})", part)


def _record(body: str, given: str, split: str, *film_and_vector: Any) -> Record:
    case, (*film, vector) = Case.model_validate_json(body), film_and_vector
    return Record(case, known_findings(case), given, split, Film(*film), np.frombuffer(vector, dtype=np.float32))


def _ids(rows: Iterable[int]) -> Ids:
    return np.fromiter(rows, dtype=np.int64)


def _vectors(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """[N, D]; D is 0 where there is none."""
    flat = np.frombuffer(b"".join(blobs), dtype=np.float32)
    return flat.reshape(len(blobs), -1) if blobs else flat.reshape(0, 0)
