"""An index of vectors that Milvus keeps, on as many machines as it needs; milvus-lite keeps one in this process.

Milvus holds row ids and vectors, nothing of a study. Every call sees what was acknowledged before it (consistency
level Strong, https://milvus.io/docs/consistency.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.milvus_collection import BASE, EMBEDDER, ID, VECTOR, connect, open_collection
from retrieval.vectors.milvus_errors import WAIT, one_sentence
from retrieval.vectors.milvus_filters import Clause, best, clauses
from retrieval.vectors.milvus_kinds import MOST_HITS
from retrieval.vectors.milvus_place import Place
from retrieval.vectors.protocol import Hits, Ids, Selection, Vectors

MESSAGE = 16 * 1024 * 1024
"""Bytes of vectors in one message, a quarter of what https://milvus.io/docs/limitations.md allows."""
MOST_IDS = 200_000
"""Row ids in one filter, about a megabyte of them."""
REVISION = "sightline.revision"


class MilvusIndex:
    """A collection of Milvus; its name, server and database are in `place`, the token in the environment.

    `base` names the case base whose rows these are, so that no two bases share a collection; `kind` of
    `milvus_kinds.KINDS` says which index a new collection gets. SightlineError for a server that is away, refuses the
    token or is too old, and for a collection of another embedder or base.
    """

    def __init__(self, place: Place, embedder_id: str, width: int, base: str, kind: str = "hnsw") -> None:
        self.width = width
        self._place = place
        self._client = connect(place)
        about = {EMBEDDER: embedder_id, BASE: base, REVISION: "0"}
        self._kind = open_collection(self._client, place, about, width, kind)

    @property
    def revision(self) -> int:
        """Of the case store, whose changes up to it are in the index; kept with the collection, set by the writer."""
        return int(self._call("describe_collection")["properties"][REVISION])

    @revision.setter
    def revision(self, revision: int) -> None:
        self._call("alter_collection_properties", properties={REVISION: str(revision)})

    def __len__(self) -> int:
        return self._count(Clause("", np.empty(0, np.int64)))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put rows `ids` [N] with `vectors` [N, D]; a row that is there, or comes twice, gets the last vector."""
        _, last = np.unique(ids[::-1], return_index=True)
        chosen = len(ids) - 1 - last
        for part in _batches(chosen, self._rows(1)):
            rows = zip(ids[part].tolist(), np.asarray(vectors[part], np.float32), strict=True)
            self._call("upsert", data=[{ID: row, VECTOR: vector} for row, vector in rows])

    def remove(self, ids: Ids) -> int:
        """Take rows out; how many were there."""
        removed = 0
        for clause in clauses(Selection(ids), MOST_IDS):
            removed += self._count(clause)
            self._call("delete", **self._filter(clause))
        return removed

    def search(self, queries: Vectors, k: int, within: Selection | None = None) -> Hits:
        """The `k` rows nearest to each of `queries` [Q, D] by inner product; a server gives 16,384 at most."""
        if k < 1 or queries.shape[1:] != (self.width,):
            raise ValueError(
                f"k is {k} and queries have shape {queries.shape}, the index holds {self.width} numbers a row"
            )
        found = [self._search(queries, min(k, MOST_HITS), clause) for clause in clauses(within, MOST_IDS)]
        return best(found, len(queries), k)

    def _search(self, queries: Vectors, k: int, clause: Clause) -> Hits:
        fetched = min(k * self._kind.candidates, MOST_HITS)
        exact = self._kind.candidates > 1
        ids, scores = np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32)
        for part in _batches(np.arange(len(queries)), self._rows(fetched if exact else 1)):
            answers = self._call(
                "search",
                data=list(queries[part]),
                limit=fetched,
                anns_field=VECTOR,
                output_fields=[ID, VECTOR] if exact else [ID],
                search_params={"metric_type": "IP", "params": self._kind.search(fetched)},
                consistency_level="Strong",
                **self._filter(clause),
            )
            for row, answer in zip(part, answers, strict=True):
                hits = (_ranked(queries[row], answer) if exact else answer)[:k]
                ids[row, : len(hits)] = [hit[ID] for hit in hits]
                scores[row, : len(hits)] = [hit["distance"] for hit in hits]
        return Hits(ids, scores)

    def _count(self, clause: Clause) -> int:
        counted = self._call("query", output_fields=["count(*)"], consistency_level="Strong", **self._filter(clause))
        return int(counted[0]["count(*)"])

    def _rows(self, vectors: int) -> int:
        """How many rows of so many vectors go into a message."""
        return min(max(1, MESSAGE // (4 * self.width * vectors)), MOST_HITS)

    def _filter(self, clause: Clause) -> dict[str, object]:
        return clause.arguments(templates=not self._place.local)

    def _call(self, name: str, **arguments: Any) -> Any:
        with one_sentence(self._place):
            return getattr(self._client, name)(self._place.collection, timeout=WAIT, **arguments)


def _ranked(query: NDArray[np.float32], answer: Any) -> list[dict[str, Any]]:
    """The hits of one query by the inner product with their own vectors, best first."""
    exact = [{ID: hit[ID], "distance": float(query @ np.asarray(hit["entity"][VECTOR], np.float32))} for hit in answer]
    return sorted(exact, key=lambda hit: -hit["distance"])


def _batches(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
