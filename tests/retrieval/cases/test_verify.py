from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from radiology.errors import SightlineError
from retrieval.cases.base import CaseBase, store_file
from retrieval.cases.build import build_cases
from retrieval.cases.verify import verify_cases
from tests.retrieval.toys import CornerEmbedder, angle, film_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_cases([film_case(tmp_path, n) for n in range(1, 9)], CornerEmbedder(), tmp_path / "base")
    return tmp_path / "base"


def _change(folder: Path, text: str) -> None:
    with closing(sqlite3.connect(store_file(folder))) as connection, connection:
        connection.execute(text)


def test_a_whole_base(folder: Path) -> None:
    before = {file: file.read_bytes() for file in (folder / "index").iterdir()}
    assert verify_cases(folder).model_dump() == {"count": 8, "repaired": (), "problems": ()}
    assert {file: file.read_bytes() for file in (folder / "index").iterdir()} == before


@pytest.mark.parametrize("harm", ["missing", "header", "vectors", "other"])
def test_an_index_is_made_again(harm: str, folder: Path) -> None:
    header, vectors = folder / "index" / "index.json", next((folder / "index").glob("vectors-*"))
    if harm == "missing":
        header.unlink()
    elif harm == "header":
        header.write_text("{", encoding="utf-8")
    elif harm == "vectors":
        vectors.write_bytes(vectors.read_bytes()[:-4] + b"torn")
    else:
        _change(folder, "UPDATE about SET value = 'another' WHERE name = 'id'")
    (said,) = verify_cases(folder).repaired
    assert "index" in said
    assert harm != "vectors" or vectors.name in said
    assert verify_cases(folder).repaired == ()
    assert len(CaseBase(folder).nearest(np.array(angle(12), np.float32), 99)) == 8


def test_words_are_made_again(folder: Path) -> None:
    _change(folder, "DELETE FROM words WHERE rowid = 3")
    assert verify_cases(folder).repaired == ("the words did not fit the cases: made again",)
    assert len(CaseBase(folder).match("edema", 99)) == 8
    assert verify_cases(folder).repaired == ()


def test_a_case_that_changed_is_named(folder: Path) -> None:
    _change(folder, "UPDATE bodies SET thumbnail = x'00' WHERE id = 2")
    (said,) = verify_cases(folder).problems
    assert "1 cases" in said
    assert "s2" in said


def test_a_case_without_its_vector_is_told(folder: Path) -> None:
    _change(folder, "DELETE FROM vectors WHERE id = 2")
    assert any("have no vector" in said for said in verify_cases(folder).problems)


def test_a_store_that_is_none(folder: Path) -> None:
    store_file(folder).write_bytes(b"not a database " * 99)
    with pytest.raises(SightlineError, match="not a readable case store"):
        verify_cases(folder)


def test_an_older_store_is_refused(folder: Path) -> None:
    _change(folder, "UPDATE about SET value = '1' WHERE name = 'schema'")
    with pytest.raises(SightlineError, match="another version of Sightline"):
        CaseBase(folder)


def test_an_empty_file(tmp_path: Path) -> None:
    store_file(tmp_path).touch()
    with pytest.raises(SightlineError, match="holds no case yet"):
        CaseBase(tmp_path)
