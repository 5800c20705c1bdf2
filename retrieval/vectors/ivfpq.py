"""Inverted lists of product-quantised rows (Jégou et al., Product quantization for nearest neighbor search, IEEE TPAMI
2011)."""

from __future__ import annotations

from math import ceil, log2, sqrt
from typing import Any

from retrieval.vectors.library import faiss
from retrieval.vectors.structure import Structure

PROBES = 64
"""Lists that are looked into; more where only a share of the rows is allowed."""
BYTES = 96
"""Of a row's code at most."""


class IvfPq(Structure):
    candidates = 1_000
    sample = 131_072

    @classmethod
    def empty(cls, width: int, count: int) -> Any:
        """About twice the root of `count` lists; one byte for each of at most `BYTES` equal parts of a row."""
        lists = 2 ** round(log2(max(2 * sqrt(count), 1)))
        parts = next(parts for parts in range(min(width, BYTES), 0, -1) if width % parts == 0)
        coarse = faiss().IndexFlatIP(width)
        index = faiss().IndexIVFPQ(coarse, width, lists, parts, 8, faiss().METRIC_INNER_PRODUCT)
        index.cp.spherical = True
        index.cp.min_points_per_centroid = index.pq.cp.min_points_per_centroid = 1  # else few rows are warned about
        return index

    def parameters(self, share: float, selector: Any) -> Any:
        probes = min(self.index.nlist, ceil(PROBES / max(share, 1e-6)))
        return faiss().SearchParametersIVF(nprobe=probes, sel=selector)
