from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from radiology.errors import SightlineError
from radiology.study import Case, Finding, Projection, Side, Study
from retrieval.cases.base import CaseBase
from retrieval.cases.build import build_cases
from retrieval.cases.query import Hit, Query
from retrieval.cases.retriever import CaseRetriever
from retrieval.store.filter import Filter
from tests.retrieval.toys import CornerEmbedder, CornerPerception, angle, film_case, pattern, write_film


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = [film_case(tmp_path, n, f"p{n // 2}") for n in range(1, 21)]
    build_cases(cases, CornerEmbedder(), tmp_path / "base")
    return tmp_path / "base"


def _vector(seed: float) -> np.ndarray:
    return np.array(angle(round(12 * seed)), np.float32)


def _found(retriever: CaseRetriever, study: Study, seed: float, k: int) -> list[str]:
    return [similar.case.study.study_id for similar in retriever.similar(study, _vector(seed), k)]


NOBODY = Study(study_id="query", patient_id="nobody")


def test_nearest_first(folder: Path) -> None:
    found = CaseRetriever(folder, CornerPerception()).similar(NOBODY, _vector(8), 3)
    assert found[0].case.study.study_id == "s8"
    assert {similar.case.study.study_id for similar in found[1:]} == {"s7", "s9"}
    assert 0.9 < found[1].score < found[0].score <= 1.0
    assert found[0].score == pytest.approx(1.0)


@pytest.mark.parametrize("patient", ["p4", " P4", "p 4\t"])
def test_never_the_same_patient_nor_the_same_study(patient: str, folder: Path) -> None:
    retriever = CaseRetriever(folder, CornerPerception())
    found = _found(retriever, Study(study_id="query", patient_id=patient), 8, 20)
    assert len(found) == 18
    assert {"s8", "s9"}.isdisjoint(found)
    assert "s8" not in _found(retriever, Study(study_id="s8", patient_id="nobody"), 8, 20)


@pytest.mark.parametrize("form", ["same", "jpeg", "large"])
def test_never_the_film_itself_under_another_name(form: str, folder: Path, tmp_path: Path) -> None:
    image: Any = pattern(8)
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=70)
    if form == "jpeg":
        image = np.asarray(Image.open(stream))
    if form == "large":
        image = np.asarray(Image.fromarray(image).resize((300, 300)))
    view = write_film(tmp_path / "again.png", image)
    found = _found(CaseRetriever(folder, CornerPerception()), NOBODY.model_copy(update={"views": (view,)}), 8, 20)
    assert len(found) == 19
    assert "s8" not in found


def test_what_holds_for_every_search(folder: Path, tmp_path: Path) -> None:
    more = film_case(tmp_path, 21, split="val", source="elsewhere", findings=(Finding(name="mass", side=Side.LEFT),))
    build_cases([more], CornerEmbedder(), folder)

    def found(**wanted: Any) -> list[str]:
        return _found(CaseRetriever(folder, CornerPerception(), within=Filter(**wanted)), NOBODY, 21, 30)

    assert found() == [f"s{n}" for n in range(21, 0, -1)]
    assert "s21" not in found(without_splits=("val",))
    assert "s21" not in found(without_sources=("elsewhere",))
    assert found(sources=("elsewhere",)) == found(finding="mass", side=Side.LEFT) == ["s21"]
    assert found(finding="mass", side=Side.RIGHT) == found(views=(Projection.LATERAL,)) == []
    assert found(since=Date(2020, 1, 3), until=Date(2020, 1, 4)) == ["s3", "s2"]
    assert found(patient="P2", without_patient="p3") == ["s5", "s4"]


def test_a_ranking_and_a_choice_of_ones_own(folder: Path) -> None:
    asked: list[Query] = []

    def backwards(base: CaseBase, query: Query, k: int) -> list[Hit]:
        asked.append(query)
        assert query.vector is not None
        return [Hit(row, score) for row, score in reversed(base.nearest(query.vector, 99, query.filter))]

    def second(base: CaseBase, study: Study, hits: Sequence[Hit], k: int) -> Sequence[Hit]:
        return hits[1:2]

    retriever = CaseRetriever(folder, CornerPerception(), backwards, second)
    study = NOBODY.model_copy(update={"indication": "Cough."})
    assert _found(retriever, study, 1, 3) == ["s19"]
    assert (asked[0].words, asked[0].filter.without_patient) == ("Cough.", "nobody")


def test_another_model_is_refused(folder: Path) -> None:
    with pytest.raises(SightlineError, match="corner-1 and this model is corner-2"):
        CaseRetriever(folder, CornerPerception("corner-2"))


def test_the_embedder_that_the_base_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [film_case(tmp_path, n) for n in range(1, 6)]
    build_cases(cases, CornerEmbedder(), tmp_path / "base", spec="corner:here")
    monkeypatch.setattr("retrieval.embedders.table.EMBEDDERS", {"corner": lambda what: CornerEmbedder()})
    retriever = CaseRetriever(tmp_path / "base", CornerPerception("tower"))
    own = NOBODY.model_copy(update={"views": (write_film(tmp_path / "q.png", pattern(6)),)})
    assert _found(retriever, own, 1, 2) == ["s5", "s4"]
    monkeypatch.setattr("retrieval.embedders.table.EMBEDDERS", {"corner": lambda what: CornerEmbedder("corner-9")})
    with pytest.raises(SightlineError, match="`corner:here` is now corner-9"):
        CaseRetriever(tmp_path / "base", CornerPerception("tower"))


def test_thumbnails_are_small_pngs(folder: Path) -> None:
    retriever = CaseRetriever(folder, CornerPerception())
    assert retriever.thumbnail("s1").startswith(b"\x89PNG")
    with pytest.raises(KeyError):
        retriever.thumbnail("s99")


def test_cases_come_without_identity(folder: Path) -> None:
    case: Case = CaseRetriever(folder, CornerPerception()).similar(NOBODY, _vector(8), 1)[0].case
    assert case.study.patient_id not in ("p4", "")
    assert [view.path for view in case.study.views] == [""]
