"""Exact search by FAISS's own kernels over rows that lie anywhere, a memory-mapped file included: nothing is copied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.library import faiss
from retrieval.vectors.protocol import Hits, Ids, Vectors

Mask = NDArray[np.bool_]
FEW = 256
"""Up to so many rows are left out by fetching as many more, which keeps FAISS on its fast path for many queries."""


class Plain(Protocol):
    def __call__(self, queries: Vectors, k: int) -> Hits: ...


def nearest(queries: Vectors, rows: Vectors, k: int, mask: Mask | None = None, plain: Plain | None = None) -> Hits:
    """The `k` positions of `rows` [N, D], of those that `mask` [N] allows, with the largest inner products.

    `plain` searches all of these rows some faster way.
    """
    search = plain or partial(_knn, rows=rows)
    left_out = 0 if mask is None else len(mask) - int(np.count_nonzero(mask))
    if mask is None or not left_out:
        return search(queries, k=k)
    if left_out > FEW:
        return _knn(queries, rows, k, Selector(mask))
    return _without(search(queries, k=k + left_out), mask, k)


def nearest_among(queries: Vectors, rows: Vectors, positions: Ids, k: int) -> Hits:
    """The `k` best of `positions`: [P] the same for every query, or [Q, P] with -1 behind the last of each."""
    hits, pointer = nothing(len(queries), k), faiss().swig_ptr
    positions = np.ascontiguousarray(positions, dtype=np.int64)
    many, stride = positions.shape[-1], 0 if positions.ndim == 1 else positions.shape[-1]
    if many and len(rows):
        subset, found = (pointer(rows), pointer(positions)), (pointer(hits.scores), pointer(hits.ids))
        faiss().knn_inner_products_by_idx(
            pointer(queries), *subset, rows.shape[1], len(queries), len(rows), many, k, *found, stride
        )
    return _finished(hits)


def merged(parts: Sequence[Hits]) -> Hits:
    """The best of what was found in several places, all of the same [Q, K]."""
    if len(parts) == 1:
        return parts[0]
    scores, ids = np.stack([part.scores for part in parts]), np.stack([part.ids for part in parts])
    order = np.arange(ids.size).reshape(ids.shape)  # a -1 would end the merging, so places are merged
    best, places = faiss().merge_knn_results(scores, order, keep_max=True)
    return Hits(ids.reshape(-1)[places], best)


def _without(hits: Hits, mask: Mask, k: int) -> Hits:
    """The first `k` that `mask` allows."""
    wrong = (hits.ids >= 0) & ~mask[hits.ids]
    ids, scores = np.where(wrong, -1, hits.ids), np.where(wrong, np.float32(-np.inf), hits.scores)
    order = np.argsort(wrong, axis=1, kind="stable")[:, :k]
    return Hits(np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1))


def nothing(queries: int, k: int) -> Hits:
    """No row for any query."""
    return Hits(np.full((queries, k), -1, dtype=np.int64), np.full((queries, k), -np.inf, dtype=np.float32))


class Selector:
    """What FAISS asks whether a position is allowed; `of` lives as long as this."""

    def __init__(self, mask: Mask) -> None:
        self._bits = np.packbits(mask, bitorder="little")
        self.of: Any = faiss().IDSelectorBitmap(len(self._bits), faiss().swig_ptr(self._bits))


def _knn(queries: Vectors, rows: Vectors, k: int, selector: Selector | None = None) -> Hits:
    hits, pointer = nothing(len(queries), k), faiss().swig_ptr
    if len(rows):
        found = (pointer(hits.scores), pointer(hits.ids), selector.of if selector else None)
        faiss().knn_inner_product(pointer(queries), pointer(rows), rows.shape[1], len(queries), len(rows), k, *found)
    return _finished(hits)


def _finished(hits: Hits) -> Hits:
    """FAISS gives the least number where there is no row."""
    hits.scores[hits.ids < 0] = -np.inf
    return hits
