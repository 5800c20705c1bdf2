"""An index of vectors on this machine: exact, or candidates of a structure in their exact order.

Rows that the structure has not taken in yet are searched one by one, so an added row is found at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from retrieval.vectors.exact import Mask, Plain, merged, nearest, nearest_among, nothing
from retrieval.vectors.gpu import LEAST, MOST_HITS, GpuRows, has_gpu
from retrieval.vectors.header import Saved
from retrieval.vectors.kinds import FLAT, KINDS, choose
from retrieval.vectors.protocol import Hits, Ids, Selection, Vectors
from retrieval.vectors.rows import no_rows
from retrieval.vectors.structure import Structure

SELECTED = 0.05
"""Where a search may give a smaller share of the rows than this, just those are looked at, one by one."""
TOLERANCE = 1e-3
"""Of a squared length."""


class LocalIndex:
    """A `VectorIndex` of what `embedder_id` makes, of `width` D; `kind` of `KINDS`, None for what suits the number.

    Searches may run side by side, a change needs the index for itself. `retrieval.vectors.disk` saves and loads it:
    until then its rows are in memory and searched one by one. `stamp` is the caller's, kept with it.
    """

    def __init__(self, embedder_id: str, width: int, kind: str | None = None) -> None:
        choose(0, kind)
        self.embedder_id, self.width, self.asked = embedder_id, width, kind
        self.stamp: dict[str, str] = {}
        self.rows = no_rows(width)
        self.structure: Structure | None = None
        self.saved: Saved | None = None
        self._gpu: GpuRows | None = None

    @property
    def kind(self) -> str:
        """What it is now."""
        return next((name for name, made in KINDS.items() if made and isinstance(self.structure, made)), FLAT)

    def __len__(self) -> int:
        return self.rows.count

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put rows `ids` [N] with `vectors` [N, D]; a row that is there, or comes twice, gets the last vector."""
        if len(ids) != len(vectors) or int(ids.min(initial=0)) < 0:
            raise ValueError(f"{len(ids)} ids, the least {ids.min(initial=0)}, of {len(vectors)} vectors")
        _, last = np.unique(ids[::-1], return_index=True)
        chosen = np.sort(len(ids) - 1 - last)
        self.rows.append(ids[chosen].astype(np.int64), _of_unit_length(vectors, self.width)[chosen])

    def remove(self, ids: Ids) -> int:
        return self.rows.remove(ids)

    def search(self, queries: Vectors, k: int, within: Selection | None = None) -> Hits:
        """The `k` rows nearest to each of `queries` [Q, D]."""
        queries = _of_unit_length(queries, self.width)
        if k < 1 or not len(queries) or not len(self):
            return nothing(len(queries), max(k, 0))
        mask = self.rows.mask(within)
        if mask is not None and np.count_nonzero(mask) < SELECTED * len(mask):
            found = merged(list(self._among(queries, k, np.flatnonzero(mask))))
        else:
            found = merged(list(self._all(queries, k, mask)))
        return Hits(np.where(found.ids < 0, -1, self.rows.ids[found.ids]), found.scores)

    def parts(self) -> Iterator[tuple[Ids, Vectors]]:
        """All rows, some at a time."""
        return self.rows.parts()

    def _among(self, queries: Vectors, k: int, positions: Ids) -> Iterator[Hits]:
        start = len(self.rows.mapped)
        split = np.searchsorted(positions, start)
        yield nearest_among(queries, self.rows.mapped, positions[:split], k)
        if split < len(positions):
            yield _from(start, nearest_among(queries, self.rows.fresh, positions[split:] - start, k))

    def _all(self, queries: Vectors, k: int, mask: Mask | None) -> Iterator[Hits]:
        rows, taken = self.rows, len(self.structure or ())
        if self.structure is not None:
            candidates = self.structure.find(queries, k, None if mask is None else mask[:taken])
            yield nearest_among(queries, rows.mapped, candidates, k)
        blocks = [(taken, rows.mapped[taken:], self._plain(k)), (len(rows.mapped), rows.fresh, None)]
        for start, block, plain in blocks:
            if len(block):
                part = None if mask is None else mask[start : start + len(block)]
                yield _from(start, nearest(queries, block, k, part, plain))

    def _plain(self, k: int) -> Plain | None:
        """How the mapped rows are searched on a GPU, if they are."""
        if self.structure is not None or k > MOST_HITS or len(self.rows.mapped) < LEAST or not has_gpu():
            return None
        if self._gpu is None or self._gpu.rows is not self.rows.mapped:
            self._gpu = GpuRows(self.rows.mapped)
        return self._gpu.search


def merge(into: LocalIndex, other: LocalIndex) -> None:
    """Put all rows of `other` into an index of the same embedder; where both have a row, that of `other` stays."""
    for ids, vectors in other.parts():
        into.add(ids, vectors)


def _from(start: int, hits: Hits) -> Hits:
    """The same hits where positions are counted from `start` rows earlier."""
    return Hits(np.where(hits.ids < 0, -1, hits.ids + start), hits.scores)


def _of_unit_length(vectors: Vectors, width: int) -> Vectors:
    if vectors.ndim != 2 or vectors.shape[1] != width:
        raise ValueError(f"vectors have shape {vectors.shape}, the index holds rows of {width} numbers")
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.all(np.abs(np.einsum("nd,nd->n", vectors, vectors) - 1) < TOLERANCE):
        raise ValueError("vectors are not of unit length")
    return vectors
