"""The GPU's way of searching on a stand-in: the same calls of FAISS, made on the processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.vectors import local
from retrieval.vectors.disk import save
from retrieval.vectors.exact import FEW
from retrieval.vectors.library import faiss
from retrieval.vectors.protocol import Selection, Vectors
from tests.retrieval.vectors.made_rows import ids_of, made, unit

QUERIES = unit(5, seed=9)


class _Resources:
    def setTempMemory(self, size: int) -> None:
        assert size > 0


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each search on the GPU asked for."""
    asked: list[int] = []

    class Index:
        def __init__(self, resources: _Resources, width: int) -> None:
            assert isinstance(resources, _Resources)
            self._index = faiss().IndexFlatIP(width)
            self.add = self._index.add

        def search(self, queries: Vectors, k: int) -> Any:
            asked.append(k)
            return self._index.search(queries, k)

    monkeypatch.setattr(faiss(), "StandardGpuResources", _Resources, raising=False)
    monkeypatch.setattr(faiss(), "GpuIndexFlatIP", Index, raising=False)
    monkeypatch.setattr(faiss(), "get_num_gpus", lambda: 1, raising=False)
    monkeypatch.setattr(local, "LEAST", 100)
    return asked


def test_mapped_rows_are_searched_there_and_new_ones_here(searches: list[int], tmp_path: Path) -> None:
    index = made(400)
    plain = index.search(QUERIES, 6)
    assert searches == []  # nothing is mapped yet
    save(index, tmp_path)
    found = index.search(QUERIES, 6)
    assert searches == [6]
    assert (found.ids == plain.ids).all()
    index.add(np.array([9_000]), QUERIES[:1])
    assert index.search(QUERIES[:1], 6).ids[0, 0] == 9_000
    save(index, tmp_path)
    assert index.search(QUERIES[:1], 6).ids[0, 0] == 9_000


def test_a_few_left_out_are_fetched_too_and_many_are_searched_here(searches: list[int], tmp_path: Path) -> None:
    index = made(400)
    save(index, tmp_path)
    few, many = (Selection(ids_of(400)[:n], inverted=True) for n in (10, FEW + 1))
    for within in (few, many):
        found = index.search(QUERIES, 6, within)
        assert not set(found.ids.ravel().tolist()) & set(within.ids.tolist())
    assert searches == [16]
