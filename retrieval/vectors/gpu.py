"""Flat search on a GPU, where the installed FAISS has one: https://github.com/facebookresearch/faiss/wiki/Faiss-on-the-GPU."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from retrieval.vectors.library import faiss
from retrieval.vectors.protocol import Hits, Vectors
from retrieval.vectors.structure import chunks

LEAST, MOST_HITS = 10_000, 1_500
"""Rows that are worth a copy on the GPU; hits that its search can give (2,048) less those fetched to be left out."""
SCRATCH = 128 * 2**20
"""Bytes of its memory kept for searching."""


def has_gpu() -> bool:
    return hasattr(faiss(), "StandardGpuResources") and bool(faiss().get_num_gpus())


class GpuRows:
    """A copy of `rows` [N, D] in the memory of the first GPU. One search at a time: FAISS shares its scratch memory."""

    def __init__(self, rows: Vectors) -> None:
        self.rows = rows
        self._lock = Lock()
        resources: Any = faiss().StandardGpuResources()
        resources.setTempMemory(SCRATCH)
        self._index: Any = faiss().GpuIndexFlatIP(resources, rows.shape[1])
        for chunk in chunks(rows):
            self._index.add(np.ascontiguousarray(chunk))

    def search(self, queries: Vectors, k: int) -> Hits:
        with self._lock:
            scores, ids = self._index.search(queries, k)
        scores[ids < 0] = -np.inf
        return Hits(ids, scores)
