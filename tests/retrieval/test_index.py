from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radiology.errors import SightlineError
from retrieval.index import CaseIndex, read_header

VECTORS = np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 0, 1], [-1, 0, 0]], dtype=np.float32)
IDS = np.array([7, 3, 11, 5], dtype=np.int64)
QUERY = np.array([2, 0, 0], dtype=np.float32)


def _index() -> CaseIndex:
    return CaseIndex("tower-a", IDS, VECTORS)


def test_best_first_with_cosine_of_a_query_of_any_length() -> None:
    hits = _index().search(QUERY, 3)
    assert [row for row, _ in hits] == [7, 3, 11]
    assert [score for _, score in hits] == pytest.approx([1.0, 0.6, 0.0])


def test_excluded_rows_make_room_for_the_next() -> None:
    assert [row for row, _ in _index().search(QUERY, 2, exclude=[7, 11])] == [3, 5]


def test_fewer_than_asked() -> None:
    assert len(_index().search(QUERY, 50)) == 4
    assert _index().search(QUERY, 0) == []
    assert CaseIndex("tower-a", IDS[:0], VECTORS[:0]).search(QUERY, 5) == []


def test_wrong_length_of_query() -> None:
    with pytest.raises(ValueError, match="vectors of 3"):
        _index().search(np.ones(4, dtype=np.float32), 1)


def test_saved_index_answers_the_same(tmp_path: Path) -> None:
    _index().save(tmp_path)
    loaded = CaseIndex.load(tmp_path, "tower-a")
    assert loaded is not None
    assert loaded.search(QUERY, 4) == _index().search(QUERY, 4)
    assert (len(loaded), loaded.last_id) == (4, 11)


def test_saving_again_leaves_one_vector_file(tmp_path: Path) -> None:
    _index().save(tmp_path)
    _index().save(tmp_path)
    assert len(list(tmp_path.glob("vectors-*"))) == 1
    assert {path.name for path in tmp_path.iterdir()} >= {"index.json"}


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    _index().save(tmp_path)
    with pytest.raises(SightlineError, match=r"made by tower-a and this model is tower-b"):
        CaseIndex.load(tmp_path, "tower-b")


def test_damage_reads_as_no_index(tmp_path: Path) -> None:
    assert CaseIndex.load(tmp_path, "tower-a") is None
    _index().save(tmp_path)
    next(tmp_path.glob("*.faiss")).write_bytes(b"torn")
    assert CaseIndex.load(tmp_path, "tower-a") is None
    (tmp_path / "index.json").write_text("{", encoding="utf-8")
    assert read_header(tmp_path) is None


def test_a_save_that_fails_keeps_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _index().save(tmp_path)

    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("retrieval.index.os.replace", crash)
    with pytest.raises(OSError, match="disk full"):
        CaseIndex("tower-a", IDS[:1], VECTORS[:1]).save(tmp_path)
    loaded = CaseIndex.load(tmp_path, "tower-a")
    assert loaded is not None
    assert len(loaded) == 4
