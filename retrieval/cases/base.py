"""A case base in a folder: `cases.sqlite`, which is the truth, and an index of its vectors that is kept in step."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from retrieval.cases.index import caught_up, open_kept
from retrieval.store.filter import EVERYTHING, Filter
from retrieval.store.record import Vector
from retrieval.store.store import CaseStore


def store_file(folder: Path) -> Path:
    return folder / "cases.sqlite"


class CaseBase:
    """The cases of one folder; safe to share between threads. What a writer changes meanwhile is seen with the next
    search, on a Milvus server once the writer has brought it there.

    Raises SightlineError when the folder is no case base.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, CaseStore(store_file(folder))
        self.about = self.store.about
        self._lock = Lock()
        self._kept = open_kept(folder, self.about)

    def __len__(self) -> int:
        return len(self.store)

    def nearest(self, vector: Vector, k: int, wanted: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """At most `k` (row, cosine similarity) nearest to `vector` [D] of unit length, best first."""
        if k < 1:
            return []
        with self._lock:
            if not self.about.place or self._kept.index is None:
                self._kept.index, self._kept.revision = caught_up(self.store, self._kept)
            hits = self._kept.index.search(vector[None], k, self.store.selection(wanted))
        return [(int(i), min(float(s), 1.0)) for i, s in zip(hits.ids[0], hits.scores[0], strict=True) if i >= 0]

    def match(self, words: str, k: int, wanted: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """At most `k` (row, BM25) whose findings or report hold any of `words`, best first."""
        return self.store.match(words, k, wanted)

    def stating(self, words: str, k: int, wanted: Filter = EVERYTHING) -> list[tuple[int, float]]:
        """At most `k` (row, agreement 0..1) with the findings that `words` state, best first."""
        return self.store.stating(words, k, wanted)

    def same_space(self, embedder_id: str) -> bool:
        """Whether vectors of this embedder can be looked for here."""
        return embedder_id == self.about.embedder
