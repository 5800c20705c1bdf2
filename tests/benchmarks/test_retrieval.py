"""The arithmetic of the benchmark: what matches what, and what is counted."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.retrieval.by_words import NORMAL, words_for
from benchmarks.retrieval.matching import by_vectors, marks_of, nearest, ranked_rows, row_of
from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from radiology.study import Case, Certainty, Finding, Severity, Side, Study

LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BILATERAL


def _case(name: str, *findings: tuple[str, Side | None], patient: str = "") -> Case:
    listed = tuple(Finding(name=name, side=side) for name, side in findings)
    return Case(study=Study(study_id=name, patient_id=patient or f"patient of {name}"), findings=listed)


CASES = [
    _case("a", ("pleural_effusion", LEFT)),
    _case("b", ("pleural_effusion", BOTH)),
    _case("c", ("pleural_effusion", RIGHT), ("edema", None)),
    _case("d"),
    _case("e", patient="patient of d"),
    _case("f", patient="patient of f"),
]


def test_half_of_the_findings_with_their_sides_match() -> None:
    matches = marks_of(CASES).matches(np.arange(3))
    assert matches[0].tolist() == [True, True, False, False, False, False]  # 1/2 with b, 0/3 with c
    assert matches[1].tolist() == [True, True, False, False, False, False]  # 1/3 with c


def test_without_sides() -> None:
    matches = marks_of(CASES, sided=False).matches(np.arange(1))
    assert matches[0].tolist() == [True, True, True, False, False, False]


def test_normal_studies_match_each_other_and_nothing_else() -> None:
    assert marks_of(CASES).matches(np.array([3]))[0].tolist() == [False, False, False, True, True, True]


def test_never_the_same_patient() -> None:
    marks = marks_of(CASES)
    assert marks.others(np.array([3]))[0].tolist() == [True, True, True, False, False, True]
    angles = np.array([0.0, 0.9, 0.2, 0.30, 0.31, 0.5])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    ((query, places, scores),) = nearest(marks, by_vectors(vectors), np.array([3]), 2)
    assert (query, places.tolist()) == (3, [2, 5])
    assert scores == pytest.approx(np.cos([0.1, 0.2]), abs=1e-5)
    (row,) = ranked_rows(marks, by_vectors(vectors), np.array([3]), 2)
    assert row.ranking == (0.0, 1.0)
    assert (row.study_id, row.patient_id, row.relevant) == ("d", "patient of d", (1.0,))


def test_sets_hold_the_studies_with_just_these_findings() -> None:
    assert sorted(places.tolist() for places in marks_of(CASES).sets().values()) == [[0], [1], [2], [3, 4, 5]]


def test_a_recall_can_reach_one() -> None:
    found = np.array([True] * 10)
    assert plain([row_of("q", "", found, 4000)], METRICS["recall@10"].score) == 1.0
    assert plain([row_of("q", "", found & (np.arange(10) < 2), 4)], METRICS["recall@10"].score) == 0.5


def test_the_words_of_a_set() -> None:
    findings = (
        Finding(name="pleural_effusion", side=LEFT, severity=Severity.SMALL),
        Finding(name="edema"),
        Finding(name="nodule", certainty=Certainty.ABSENT),
    )
    case = Case(study=Study(study_id="s", patient_id="p"), findings=findings)
    assert words_for(case) == "left pleural effusion; pulmonary edema"
    assert words_for(_case("normal")) == NORMAL
