"""Rows for indexes under test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors.local import LocalIndex
from retrieval.vectors.protocol import Hits, Ids, Vectors

WIDTH = 24


def unit(count: int, seed: int, width: int = WIDTH) -> Vectors:
    """Rows [count, width] that lie in groups, as embeddings do."""
    rng = np.random.default_rng(seed)
    groups = np.random.default_rng(0).standard_normal((40, width))
    made = groups[rng.integers(0, 40, count)] + 0.6 * rng.standard_normal((count, width))
    rows: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return rows


def ids_of(count: int, first: int = 1, step: int = 3) -> Ids:
    return np.arange(count, dtype=np.int64) * step + first


def made(count: int, kind: str | None = None, seed: int = 1) -> LocalIndex:
    index = LocalIndex("tower-a", WIDTH, kind)
    index.add(ids_of(count), unit(count, seed))
    return index


def expected(queries: Vectors, ids: Ids, vectors: Vectors, k: int) -> Ids:
    """The ids of the nearest rows, by numpy."""
    order = np.argsort(-(queries.astype(float) @ vectors.T.astype(float)), axis=1)[:, :k]
    return ids[order]


def recall(found: Hits, truth: NDArray[np.int64]) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.ids, truth, strict=True)]))
