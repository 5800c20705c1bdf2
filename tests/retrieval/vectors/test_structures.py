"""Candidates of a structure in their exact order: what is found, and what changes do to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.vectors.disk import load, save
from retrieval.vectors.kinds import TAIL
from retrieval.vectors.local import LocalIndex
from retrieval.vectors.protocol import Ids, Selection
from tests.retrieval.vectors.made_rows import expected, ids_of, made, recall, unit

KINDS = ("ivfpq", "hnsw")
COUNT = 4_000
QUERIES = unit(50, seed=9)


@pytest.fixture(scope="module", params=KINDS)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LocalIndex:
    index = made(COUNT, request.param)
    save(index, tmp_path_factory.mktemp(request.param))
    assert index.kind == request.param
    return index


def test_nearly_all_nearest_rows_are_found_with_exact_scores(index: LocalIndex) -> None:
    found = index.search(QUERIES, 10)
    assert recall(found, expected(QUERIES, ids_of(COUNT), unit(COUNT, 1), 10)) >= 0.98
    rows = unit(COUNT, 1)[(found.ids - 1) // 3]
    assert found.scores == pytest.approx(np.einsum("qd,qkd->qk", QUERIES, rows), abs=1e-6)


@pytest.mark.parametrize("share", [0.01, 0.06, 0.3])
def test_so_are_those_of_a_selection(index: LocalIndex, share: float) -> None:
    allowed = np.sort(np.random.default_rng(4).permutation(COUNT)[: int(share * COUNT)])
    found = index.search(QUERIES, 10, Selection(ids_of(COUNT)[allowed]))
    assert recall(found, expected(QUERIES, ids_of(COUNT)[allowed], unit(COUNT, 1)[allowed], 10)) >= 0.98
    assert set(found.ids.ravel().tolist()) <= set(ids_of(COUNT)[allowed].tolist())


def test_left_out_rows_never_come(index: LocalIndex) -> None:
    best = index.search(QUERIES, 10).ids.ravel()
    found = index.search(QUERIES, 10, Selection(best, inverted=True))
    assert not set(found.ids.ravel().tolist()) & set(best.tolist())
    assert (found.ids >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_changes_count_at_once_and_after_saving_and_loading(kind: str, tmp_path: Path) -> None:
    index = made(1_200, kind)
    save(index, tmp_path)
    for step in range(3):  # the first additions stay a tail, the last go into the structure
        fresh = 900_000 + 100 * step + ids_of(20 * (step + 1), step=1)
        vectors = unit(len(fresh), seed=20 + step)
        index.add(fresh, vectors)
        gone = index.search(vectors[:5], 2).ids[:, 1]
        index.remove(gone)
        for answers in (index, _saved_and_loaded(index, tmp_path)):
            assert answers.kind == kind
            found = answers.search(vectors, 3)
            assert (found.ids[:, 0] == fresh).all() or set(gone) & set(fresh)
            assert not set(found.ids.ravel().tolist()) & set(gone.tolist())
    assert index.structure is not None
    assert len(index.rows.ids) * (1 - TAIL) <= len(index.structure)


def _saved_and_loaded(index: LocalIndex, folder: Path) -> LocalIndex:
    save(index, folder)
    loaded = load(folder, "tower-a")
    assert isinstance(loaded, LocalIndex)
    return loaded


def test_twice_the_rows_are_learnt_anew(tmp_path: Path) -> None:
    index = made(1_200, "ivfpq")
    save(index, tmp_path)
    assert index.structure is not None
    first = index.structure
    index.add(100_000 + ids_of(1_199), unit(1_199, 2))
    save(index, tmp_path)
    assert index.structure is first
    index.add(200_000 + ids_of(1), unit(1, 3))
    save(index, tmp_path)
    assert index.structure is not first
    assert index.structure.trained == 2_400
    assert recall(index.search(QUERIES, 10), _flat(index, 10)) >= 0.98


def _flat(index: LocalIndex, k: int) -> Ids:
    flat = LocalIndex("tower-a", index.width)
    for ids, vectors in index.parts():
        flat.add(ids, vectors)
    return flat.search(QUERIES, k).ids


def test_few_rows_need_no_structure(tmp_path: Path) -> None:
    index = made(300, "ivfpq")
    save(index, tmp_path)
    assert index.kind == "flat"
    index.add(10_000 + ids_of(1_000), unit(1_000, 2))
    save(index, tmp_path)
    assert index.kind == "ivfpq"
