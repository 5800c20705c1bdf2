"""A clean set has no problem, and each thing that is made wrong is the one problem found."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from radiology.datasets.check import find_problems
from radiology.datasets.checks import copies, films, records, sets, studies, texts
from radiology.datasets.jsonl import write_cases, write_questions
from radiology.errors import SightlineError
from radiology.study import Box, Case, Certainty, Finding, Projection, Question, Report, Side, Study, View

EDEMA = Finding(name="edema")
BOX = {"view": "frontal", "x0": 0.1, "y0": 0.2, "x1": 0.3, "y1": 0.4}


def _film(path: Path, seed: int) -> None:
    """[41, 37] unlike that of any other seed."""
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (41, 37), np.uint8)).save(path)


def _case(folder: Path, name: str = "one", **changes: object) -> Case:
    """A clean case, its image written, with `changes` made to it."""
    path = folder / f"{name}.png"
    _film(path, sum(name.encode()))
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=37, height=41)
    study = Study(study_id=name, patient_id=f"patient {name}", date=date(2020, 3, 4), views=(view,))
    return Case(study=study, source="made", licence="CC0-1.0").model_copy(update=changes)


def _count(folder: Path, *cases: Case, questions: tuple[Question, ...] = ()) -> dict[str, int]:
    write_cases(folder / "studies.jsonl", cases)
    write_questions(folder / "questions.jsonl", questions)
    return Counter(problem.kind for problem in find_problems(folder / "studies.jsonl", workers=1))


def _studied(case: Case, **changes: object) -> Case:
    return case.model_copy(update={"study": case.study.model_copy(update=changes)})


def _of(case: Case, name: str) -> Case:
    return _studied(case, study_id=name)


def test_a_clean_file_has_no_problems(tmp_path: Path) -> None:
    asked = Question(study_id="two", text="Is there edema?", answer="yes", kind="closed")
    assert _count(tmp_path, _case(tmp_path), _case(tmp_path, "two"), questions=(asked,)) == {}


def test_images_are_opened(tmp_path: Path) -> None:
    gone, large, torn = _case(tmp_path, "gone"), _case(tmp_path, "large"), _case(tmp_path, "torn")
    (tmp_path / "gone.png").unlink()
    Image.new("L", (38, 41)).save(tmp_path / "large.png")
    (tmp_path / "torn.png").write_bytes((tmp_path / "torn.png").read_bytes()[:100])
    found = {films.MISSING: 1, films.WRONG_SIZE: 1, films.UNREADABLE: 1}
    assert _count(tmp_path, gone, large, torn) == found


def test_a_prior_is_opened_once(tmp_path: Path) -> None:
    first, second = _case(tmp_path), _case(tmp_path, "two")
    second = _studied(second, patient_id=first.study.patient_id, priors=(first,), date=date(2021, 1, 1))
    (tmp_path / "one.png").unlink()
    assert _count(tmp_path, first, second) == {films.MISSING: 1}
    assert _count(tmp_path, second) == {films.MISSING: 1}


@pytest.mark.parametrize(
    ("split", "patient", "relation"),
    [("val", "other", copies.SPLITS), ("custom", "other", copies.PATIENTS), ("custom", "patient one", copies.PATIENT)],
)
@pytest.mark.parametrize("exact", [True, False])
def test_copies_are_told_by_what_they_cross(
    split: str, patient: str, relation: str, exact: bool, tmp_path: Path
) -> None:
    first, second = _case(tmp_path), _studied(_case(tmp_path, "two", split=split), patient_id=patient)
    smooth = Image.fromarray(np.random.default_rng(3).integers(0, 256, (7, 6), np.uint8)).resize((37, 41))
    smooth.save(tmp_path / "one.png")
    (smooth if exact else smooth.point(lambda grey: grey * 9 // 10 + 9)).save(tmp_path / "two.png")
    assert _count(tmp_path, first, second) == {f"{copies.SAME if exact else copies.ALIKE} {relation}": 1}


def test_studies_and_patients_are_compared(tmp_path: Path) -> None:
    first, second = _case(tmp_path), _case(tmp_path, "two", split="val")
    assert _count(tmp_path, first, _of(second, "one")) == {sets.AGAIN: 1}
    assert _count(tmp_path, first, _studied(second, patient_id="patient one")) == {sets.TWO_SPLITS: 1}


def test_a_question_needs_its_study(tmp_path: Path) -> None:
    lost = Question(study_id="three", text="Why?", answer="Because.", kind="open")
    assert _count(tmp_path, _case(tmp_path), questions=(lost,)) == {sets.NO_STUDY: 1}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"findings": (Finding(name="dragon"),)}, studies.UNKNOWN_NAME),
        ({"findings": (Finding(name="nodule", boxes=(Box(**{**BOX, "view": "x"}),)),)}, studies.NO_VIEW),
        ({"findings": (Finding(name="nodule", certainty="absent", boxes=(Box(**BOX),)),)}, studies.ABSENT_BOX),
        ({"findings": (EDEMA, Finding(name="edema", certainty=Certainty.ABSENT))}, studies.CONTRADICTION),
        ({"licence": "unknown"}, studies.NO_ORIGIN),
        ({"report": Report(indication="Cough.", findings=" ")}, studies.EMPTY_REPORT),
        ({"report": Report(findings="Discussed with Dr. Smith.")}, texts.IDENTIFIER),
    ],
)
def test_a_case_is_looked_at(changes: dict[str, Any], kind: str, tmp_path: Path) -> None:
    assert _count(tmp_path, _case(tmp_path, **changes)) == {kind: 1}


def test_one_side_may_have_what_the_other_has_not(tmp_path: Path) -> None:
    left = Finding(name="pleural_effusion", side=Side.LEFT)
    right = Finding(name="pleural_effusion", side=Side.RIGHT, certainty=Certainty.ABSENT)
    assert _count(tmp_path, _case(tmp_path, findings=(left, right))) == {}
    anywhere = right.model_copy(update={"side": None})
    assert _count(tmp_path, _case(tmp_path, findings=(left, anywhere))) == {studies.CONTRADICTION: 1}


def test_views_and_priors_are_compared(tmp_path: Path) -> None:
    case, other = _case(tmp_path), _case(tmp_path, "two")
    assert _count(tmp_path, _studied(case, views=())) == {studies.NO_IMAGE: 1}
    own = other.study.views[0]
    assert _count(tmp_path, _studied(case, views=(*case.study.views, own))) == {studies.VIEW_AGAIN: 1}
    assert _count(tmp_path, _studied(case, priors=(other,))) == {studies.OTHER_PRIOR: 1}
    later = _studied(other, patient_id="patient one", date=date(2020, 3, 5))
    assert _count(tmp_path, _studied(case, priors=(later,))) == {studies.LATER_PRIOR: 1}
    assert _count(tmp_path, _studied(case, priors=(_of(later, "one"),)))[studies.OWN_PRIOR] == 1


def test_the_day_of_a_prior_is_no_identifier(tmp_path: Path) -> None:
    prior = _studied(_case(tmp_path, "two"), patient_id="patient one", date=date(2019, 8, 7))
    case = _studied(_case(tmp_path), priors=(prior,), comparison="2019-08-07")
    assert _count(tmp_path, case) == {}
    assert _count(tmp_path, _studied(case, comparison="2019-08-08")) == {texts.IDENTIFIER: 1}


def test_texts_of_priors_and_questions_are_read(tmp_path: Path) -> None:
    told = Report(findings="Mr. Miller has edema.")
    prior = _studied(_case(tmp_path, "two", report=told), patient_id="patient one", date=date(2019, 8, 7))
    case = _studied(_case(tmp_path), priors=(prior,))
    asked = Question(study_id="one", text="Who?", answer="MRN 123456", kind="open")
    assert _count(tmp_path, case, questions=(asked,)) == {texts.IDENTIFIER: 2}
    assert _count(tmp_path, case, prior, questions=(asked,)) == {texts.IDENTIFIER: 2}


def test_a_place_is_told_and_no_text(tmp_path: Path) -> None:
    write_cases(tmp_path / "studies.jsonl", [_case(tmp_path, report=Report(findings="Seen by Dr. Smith."))])
    (problem,) = find_problems(tmp_path / "studies.jsonl", workers=1)
    assert problem.where == "study one, findings, characters 8 to 17: name"


@pytest.mark.parametrize("wrong", [{"x1": 1.2}, {"x1": 0.1}, {"y0": -0.1}])
def test_impossible_boxes_are_counted_and_the_rest_is_checked(wrong: dict[str, float], tmp_path: Path) -> None:
    write_cases(tmp_path / "studies.jsonl", [_case(tmp_path, findings=(EDEMA,), licence="unknown")])
    line = json.loads((tmp_path / "studies.jsonl").read_text())
    line["findings"] = [{"name": "edema", "boxes": [BOX, BOX | wrong, BOX, BOX | wrong]}]
    (tmp_path / "studies.jsonl").write_text(json.dumps(line))
    assert Counter(problem.kind for problem in find_problems(tmp_path / "studies.jsonl", workers=1)) == {
        records.OUTSIDE: 2,
        studies.NO_ORIGIN: 1,
    }


@pytest.mark.parametrize("text", ["not json\n", '{"study": {"study_id": "a"}}\n', "\ufffe"])
def test_a_file_that_holds_no_cases_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "studies.jsonl").write_text(text, encoding="utf-16")
    with pytest.raises(SightlineError):
        find_problems(tmp_path / "studies.jsonl")


def test_processes_find_the_same(tmp_path: Path) -> None:
    cases = [_case(tmp_path, f"study {i}", licence="unknown") for i in range(130)]
    write_cases(tmp_path / "studies.jsonl", cases)
    assert find_problems(tmp_path / "studies.jsonl", True, 2) == find_problems(tmp_path / "studies.jsonl", True, 1)
