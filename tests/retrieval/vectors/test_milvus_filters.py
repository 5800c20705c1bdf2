from __future__ import annotations

import numpy as np

from retrieval.vectors.milvus_filters import best, clauses
from retrieval.vectors.protocol import Hits, Selection


def _texts(selection: Selection | None, most: int) -> list[tuple[str, list[int]]]:
    return [(clause.text, clause.ids.tolist()) for clause in clauses(selection, most)]


def _ids(*ids: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(ids, np.int64)


def test_no_selection_is_one_empty_filter() -> None:
    assert _texts(None, 2) == [("", [])]
    assert _texts(Selection(_ids(), inverted=True), 2) == [("", [])]
    assert _texts(Selection(_ids()), 2) == []


def test_rows_to_give_are_listed() -> None:
    assert _texts(Selection(_ids(5, 3, 9, 3)), 2) == [("id in {ids}", [3, 5]), ("id in {ids}", [9])]


def test_rows_to_leave_out_are_listed_by_span() -> None:
    assert _texts(Selection(_ids(5, 3), inverted=True), 2) == [("id not in {ids}", [3, 5])]
    assert _texts(Selection(_ids(5, 3, 9, 11, 12), inverted=True), 2) == [
        ("id <= 5 and id not in {ids}", [3, 5]),
        ("id > 5 and id <= 11 and id not in {ids}", [9, 11]),
        ("id > 11 and id not in {ids}", [12]),
    ]


def test_milvus_lite_reads_ids_in_the_text() -> None:
    (clause,) = clauses(Selection(_ids(3, 5)), 2)
    assert clause.arguments(templates=False) == {"filter": "id in [3, 5]"}
    assert clause.arguments(templates=True) == {"filter": "id in {ids}", "filter_params": {"ids": [3, 5]}}


def test_the_best_of_several_answers() -> None:
    one = Hits(np.array([[4, 2], [8, -1]]), np.array([[0.9, 0.5], [-0.2, -np.inf]], np.float32))
    two = Hits(np.array([[1, -1], [3, -1]]), np.array([[0.7, -np.inf], [-0.1, -np.inf]], np.float32))
    found = best([one, two], 2, 3)
    assert found.ids.tolist() == [[4, 1, 2], [3, 8, -1]]
    np.testing.assert_allclose(found.scores, [[0.9, 0.7, 0.5], [-0.1, -0.2, -np.inf]], atol=1e-6)
    assert best([], 2, 3).ids.tolist() == [[-1] * 3] * 2
