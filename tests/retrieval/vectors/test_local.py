from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from radiology.errors import SightlineError
from retrieval.vectors.exact import FEW
from retrieval.vectors.kinds import MOST_FLAT, choose
from retrieval.vectors.local import LocalIndex, merge
from retrieval.vectors.protocol import Selection, Vectors
from tests.retrieval.vectors.made_rows import WIDTH, expected, ids_of, made, unit

QUERIES = unit(7, seed=9)


@pytest.mark.parametrize("count", [1, 30, 700])
def test_flat_is_exact(count: int) -> None:
    found = made(count).search(QUERIES, 10)
    truth = expected(QUERIES, ids_of(count), unit(count, 1), 10)
    known = min(count, 10)
    assert (found.ids[:, :known] == truth).all()
    assert (found.ids[:, known:] == -1).all()
    dots = QUERIES @ unit(count, 1).T
    assert found.scores[:, 0] == pytest.approx(dots.max(axis=1), abs=1e-6)


@pytest.mark.parametrize("left_out", [3, FEW + 5, 690])
@pytest.mark.parametrize("inverted", [True, False])
def test_a_selection_works_both_ways(left_out: int, inverted: bool) -> None:
    index, ids, vectors = made(700), ids_of(700), unit(700, 1)
    out = np.random.default_rng(5).permutation(700)[:left_out]
    allowed = np.setdiff1d(np.arange(700), out)
    foreign = np.array([0, 2, 10**12])  # ids that no row has
    chosen = np.concatenate([ids[out if inverted else allowed], foreign])
    found = index.search(QUERIES, 5, Selection(chosen, inverted))
    assert (found.ids == expected(QUERIES, ids[allowed], vectors[allowed], 5)).all()


def test_a_selection_smaller_than_asked_ends_early() -> None:
    index = made(700)
    found = index.search(QUERIES, 5, Selection(ids_of(700)[:2]))
    assert {tuple(sorted(row)) for row in found.ids[:, :2].tolist()} == {(1, 4)}
    assert (found.ids[:, 2:] == -1).all()
    assert (index.search(QUERIES, 5, Selection(ids_of(0))).ids == -1).all()
    assert (index.search(QUERIES, 5, Selection(ids_of(700), inverted=True)).ids == -1).all()


def test_an_added_row_is_found_and_an_updated_one_where_it_is_now() -> None:
    index = made(50)
    index.add(np.array([5000, 4]), np.stack([QUERIES[0], QUERIES[1]]))
    assert len(index) == 51
    found = index.search(QUERIES[:2], 51)
    assert found.ids[:, 0].tolist() == [5000, 4]
    assert sorted(found.ids[0].tolist()) == sorted([*ids_of(50).tolist(), 5000])


def test_a_row_that_comes_twice_gets_the_last_vector() -> None:
    index = LocalIndex("tower-a", WIDTH)
    index.add(np.array([3, 3]), QUERIES[:2])
    assert len(index) == 1
    assert index.search(QUERIES[1:2], 1).scores[0, 0] == pytest.approx(1.0, abs=1e-6)


def test_removed_rows_are_counted_once_and_never_come_back() -> None:
    index = made(60)
    assert index.remove(np.array([1, 4, 4, 999_999])) == 2
    assert index.remove(np.array([1])) == 0
    assert len(index) == 58
    assert not {1, 4} & set(index.search(QUERIES, 60).ids.ravel().tolist())
    index.add(np.array([4]), QUERIES[:1])
    assert index.search(QUERIES[:1], 1).ids[0, 0] == 4


def test_random_changes_leave_what_a_dictionary_holds() -> None:
    rng, index, truth = np.random.default_rng(3), LocalIndex("tower-a", WIDTH), dict[int, Vectors]()
    for step in range(40):
        ids, vectors = rng.integers(0, 90, 12), unit(12, seed=100 + step)
        if rng.random() < 0.3:
            assert index.remove(ids) == len([truth.pop(i) for i in set(ids.tolist()) if i in truth])
        else:
            index.add(ids, vectors)
            truth |= dict(zip(ids.tolist(), vectors, strict=True))
        kept = np.array(sorted(truth), dtype=np.int64)
        assert len(index) == len(truth)
        k = min(5, len(truth))
        assert (index.search(QUERIES, k).ids == expected(QUERIES, kept, np.stack([truth[i] for i in kept]), k)).all()


def test_merging_takes_all_rows_and_the_other_vector_where_both_have_one() -> None:
    into, other = made(50), LocalIndex("tower-a", WIDTH)
    other.add(np.array([1, 2, 8]), QUERIES[:3])
    other.remove(np.array([8]))
    merge(into, other)
    assert len(into) == 51
    assert into.search(QUERIES[:2], 1).ids.ravel().tolist() == [1, 2]


def test_nothing_to_search() -> None:
    empty = LocalIndex("tower-a", WIDTH)
    assert (empty.search(QUERIES, 3).ids == -1).all()
    assert made(5).search(QUERIES[:0], 3).ids.shape == (0, 3)
    assert made(5).search(QUERIES, 0).ids.shape == (7, 0)
    empty.add(ids_of(0), unit(0, 1))
    assert len(empty) == 0


@pytest.mark.parametrize("wrong", [np.ones((1, WIDTH)), np.zeros((1, WIDTH)), np.full((1, WIDTH), np.nan)])
def test_what_is_not_of_unit_length_is_refused(wrong: NDArray[np.float64]) -> None:
    index = made(5)
    with pytest.raises(ValueError, match="unit length"):
        index.add(np.array([7]), wrong.astype(np.float32))
    with pytest.raises(ValueError, match="unit length"):
        index.search(wrong.astype(np.float32), 1)
    assert len(index) == 5


def test_wrong_shapes_and_ids_are_refused() -> None:
    index = made(5)
    with pytest.raises(ValueError, match=f"rows of {WIDTH} numbers"):
        index.search(unit(1, 1, WIDTH + 1), 1)
    with pytest.raises(ValueError, match="2 ids"):
        index.add(np.array([7, 8]), QUERIES[:1])
    with pytest.raises(ValueError, match="-7"):
        index.add(np.array([-7]), QUERIES[:1])


def test_the_kind_follows_the_number_of_rows_unless_it_is_named() -> None:
    assert (choose(MOST_FLAT), choose(MOST_FLAT + 1), choose(3, "hnsw")) == ("flat", "ivfpq", "hnsw")
    with pytest.raises(SightlineError, match="`annoy`: is no kind of index, take one of flat, ivfpq, hnsw"):
        LocalIndex("tower-a", WIDTH, "annoy")
