from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mllm.draft.retriever import SimilarCase
from mllm.engine.protocol import GrayImage
from radiology.study import Case, Certainty, Finding, Projection, Report, Study, View
from retrieval.cases.base import CaseBase
from retrieval.cases.build import build_cases
from retrieval.cases.query import Hit, Query
from retrieval.context.cases import AdaptiveContext, candidate
from retrieval.context.settings import ContextSettings
from retrieval.embedders.protocol import Vectors
from retrieval.ranking.cases import HybridRanking, reports_of, vectors_of
from retrieval.ranking.hybrid import RankSettings
from retrieval.store.filter import Filter

OPEN = ContextSettings(floor=-1, drop=99)
RNG = np.random.default_rng(3)


class Corners:
    """Embeds a film by how bright its two upper corners are."""

    id, width = "corners", 2

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        found = np.array([[image[0, 0], image[0, -1]] for image in images], np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


class Meaning:
    """Reads "effusion" as the one direction, all else as the other."""

    width = 2

    def __init__(self, name: str) -> None:
        self.id = name

    def texts(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0] if "effusion" in text else [0, 1] for text in texts], np.float32)


def _case(folder: Path, name: str, corners: tuple[int, int], text: str, *findings: Finding, **more: str) -> Case:
    path = folder / f"{name}.png"
    film = RNG.integers(0, 255, (40, 40)).astype(np.uint8)
    film[0, 0], film[0, -1] = corners
    Image.fromarray(film).save(path)
    projection = Projection(more.get("projection", "PA"))
    view = View(id="frontal", path=str(path), projection=projection, width=40, height=40)
    study = Study(study_id=name, patient_id=more.get("patient", f"patient of {name}"), views=(view,))
    return Case(study=study, report=Report(findings=text), findings=findings, source="made here", split="train")


@pytest.fixture
def base(tmp_path: Path) -> CaseBase:
    effusion, edema = Finding(name="pleural_effusion"), Finding(name="edema")
    cases = [
        _case(tmp_path, "near", (250, 10), "Small left pleural effusion.", effusion),
        _case(tmp_path, "next", (250, 120), "Mild edema is seen.", edema),
        _case(tmp_path, "far", (10, 250), "A large pleural effusion on the right.", effusion),
        _case(
            tmp_path,
            "side",
            (250, 30),
            "No effusion.",
            Finding(name="pleural_effusion", certainty=Certainty.ABSENT),
            projection="LATERAL",
        ),
        _case(tmp_path, "again", (250, 60), "Edema.", edema, patient="patient of next"),
    ]
    build_cases(cases, Corners(), tmp_path / "base")
    return CaseBase(tmp_path / "base")


def _names(base: CaseBase, hits: list[Hit]) -> list[str]:
    cases = base.store.cases([hit.row for hit in hits])
    return [cases[hit.row].study.study_id for hit in hits]


FILM = np.array([1, 0], np.float32)
NOW = Study(study_id="now", patient_id="x", views=(View(id="f", path="", projection=Projection.PA, width=4, height=4),))


def test_without_words_the_film_decides(base: CaseBase) -> None:
    hits = HybridRanking()(base, Query(FILM), 5)
    assert _names(base, hits) == ["near", "side", "again", "next", "far"]
    assert hits[0].score > hits[-1].score == pytest.approx(0.04, abs=0.01)


def test_words_move_a_case_up_and_its_likeness_stays(base: CaseBase) -> None:
    hits = HybridRanking(RankSettings(words=9))(base, Query(FILM, "large effusion on the right"), 3)
    assert _names(base, hits)[0] == "far"
    assert hits[0].score == pytest.approx(0.04, abs=0.01)
    assert len(hits) == 3


def test_words_alone(base: CaseBase) -> None:
    assert set(_names(base, HybridRanking()(base, Query(None, "edema"), 5))) == {"next", "again"}
    assert HybridRanking()(base, Query(None, ""), 5) == []


def test_filters_hold_in_every_list(base: CaseBase) -> None:
    query = Query(FILM, "effusion", Filter(without_study="near", without_patient="patient of far"))
    hits = HybridRanking(texts=Meaning("corners"))(base, query, 9)
    assert set(_names(base, hits)) == {"side", "again", "next"}


def test_a_text_embedder_of_the_same_space_looks_among_films(base: CaseBase) -> None:
    hits = HybridRanking(RankSettings(findings=0, words=0), Meaning("corners"))(base, Query(None, "effusion"), 2)
    assert _names(base, hits) == ["near", "side"]
    assert hits[0].score == pytest.approx(1.0, abs=0.01)


def test_one_of_another_space_compares_reports(base: CaseBase) -> None:
    ranking = HybridRanking(RankSettings(image=0, findings=0, words=0), Meaning("elsewhere"))
    assert set(_names(base, ranking(base, Query(FILM, "effusion"), 3))) == {"near", "far", "side"}


def test_a_case_that_is_gone_is_passed_over(base: CaseBase) -> None:
    rows = [hit.row for hit in HybridRanking()(base, Query(FILM), 2)]
    assert list(vectors_of(base, [*rows, 999])) == rows
    assert reports_of(base, [999]) == [""]
    assert AdaptiveContext(OPEN).choose(base, NOW, [Hit(999, 0.9)], 3).shown == ()


def test_what_is_shown_and_why_the_others_are_not(base: CaseBase) -> None:
    hits = HybridRanking()(base, Query(FILM), 5)
    context = AdaptiveContext(ContextSettings(floor=0.5, drop=99))
    assert _names(base, context(base, NOW, hits, 5)) == ["near", "again"]
    chosen = context.choose(base, NOW, hits, 5)
    told = {_names(base, [Hit(int(left.candidate.id), 0)])[0]: left.step for left in chosen.left_out}
    assert told == {"side": "route", "far": "floor", "next": "copy"}
    assert _names(base, context(base, NOW, hits, 1)) == ["near"]


def test_a_question_of_meaning_is_shown_no_case(base: CaseBase) -> None:
    hits = HybridRanking()(base, Query(FILM), 5)
    assert AdaptiveContext(OPEN).choose(base, NOW, hits, 5, "What does a consolidation mean?").shown == ()


def test_the_tokens_are_those_of_the_prompt(base: CaseBase) -> None:
    hits = HybridRanking()(base, Query(FILM), 1)
    seen = list[str]()

    def count(text: str) -> int:
        seen.append(text)
        return 1

    AdaptiveContext(OPEN, count)(base, NOW, hits, 1)
    assert seen == ["Case 1, similarity 1.00: pleural effusion\n"]


def test_patients_without_a_name_are_not_one_patient() -> None:
    case = Case(study=Study(study_id="s", patient_id=""))
    assert candidate("1", SimilarCase(case, 0.5), None).patient == ""


def test_reports_of_normal_films_are_not_compared() -> None:
    def report_of(text: str) -> str:
        case = Case(study=Study(study_id="s", patient_id="p"), report=Report(findings=text))
        return candidate("1", SimilarCase(case, 0.5), None).report

    assert report_of("The lungs are clear. No pleural effusion.") == ""
    assert report_of("Small left pleural effusion.") == "Small left pleural effusion."
