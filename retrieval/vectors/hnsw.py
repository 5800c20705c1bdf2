"""A graph of neighbours (Malkov and Yashunin, Efficient and robust approximate nearest neighbor search using HNSW,
TPAMI 2020) over rows of one byte a number."""

from __future__ import annotations

from math import ceil
from typing import Any

from retrieval.vectors.library import faiss
from retrieval.vectors.structure import Structure

LINKS, BUILD, SEARCH = 32, 120, 128
"""Links of a row, and how many candidates are kept while building and while searching."""


class Hnsw(Structure):
    candidates = 64
    sample = 65_536

    @classmethod
    def empty(cls, width: int, count: int) -> Any:
        index = faiss().IndexHNSWSQ(width, faiss().ScalarQuantizer.QT_8bit, LINKS, faiss().METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = BUILD
        return index

    def parameters(self, share: float, selector: Any) -> Any:
        effort = min(len(self), ceil(SEARCH / max(share, 1e-6)))
        return faiss().SearchParametersHNSW(efSearch=effort, sel=selector)
