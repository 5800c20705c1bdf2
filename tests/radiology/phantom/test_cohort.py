"""Phantoms: deterministic, exact in their truth, varied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from radiology.datasets.jsonl import read_cases, read_questions
from radiology.errors import SightlineError
from radiology.findings import PHANTOM_FINDINGS
from radiology.phantom.cohort import Phantom, make_cohort, make_phantom, split_of_seed, write_cohort
from radiology.study import Certainty, Change, Projection, Side


@pytest.fixture(scope="module")
def many() -> list[Phantom]:
    return list(make_cohort(150, 40, 64, visits=(1, 2)))


def test_a_seed_gives_the_same_phantom() -> None:
    first, second = make_phantom(11, 48)[0], make_phantom(11, 48)[0]
    assert first.case == second.case
    assert np.array_equal(first.images["frontal"], second.images["frontal"])
    assert not np.array_equal(first.images["frontal"], make_phantom(12, 48)[0].images["frontal"])


def test_every_finding_of_the_vocabulary_is_known(many: list[Phantom]) -> None:
    for phantom in many:
        assert tuple(finding.name for finding in phantom.case.findings) == PHANTOM_FINDINGS


def test_boxes_hug_their_masks(many: list[Phantom]) -> None:
    for phantom in many:
        for finding in phantom.case.present:
            mask = phantom.masks["frontal"][finding.name]
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            assert min(box.x0 for box in finding.boxes) == pytest.approx(columns[0] / 64)
            assert max(box.y1 for box in finding.boxes) == pytest.approx((rows[-1] + 1) / 64)


def test_the_side_of_an_effusion_is_where_its_mask_lies() -> None:
    cohort = make_cohort(120, 7000, 64)
    sides = [
        (finding.side, (finding.boxes[0].x0 + finding.boxes[0].x1) / 2)
        for phantom in cohort
        for finding in phantom.case.present
        if finding.name == "pleural_effusion" and finding.side is not Side.BILATERAL
    ]
    assert len(sides) > 5
    assert all((centre > 0.5) == (side is Side.LEFT) for side, centre in sides)


def test_enlarged_hearts_have_a_larger_ratio(many: list[Phantom]) -> None:
    for phantom in many:
        enlarged = any(finding.name == "cardiomegaly" for finding in phantom.case.present)
        ratio = phantom.case.cardiothoracic_ratio
        assert ratio is not None
        assert (ratio > 0.5) == enlarged


def test_normal_studies_are_at_least_a_quarter_and_every_finding_occurs() -> None:
    present = [{finding.name for finding in phantom.case.present} for phantom in make_cohort(300, 50_000, 32)]
    assert sum(not names for names in present) >= 75
    assert set.union(*present) == set(PHANTOM_FINDINGS)


def test_a_second_visit_changes_one_finding(many: list[Phantom]) -> None:
    later = [phantom.case for phantom in many if phantom.case.study.priors]
    assert later
    for case in later:
        changes = [finding.change for finding in case.findings if finding.change is not None]
        assert sum(change is not Change.STABLE for change in changes) == 1
        assert case.study.priors[-1].study.patient_id == case.study.patient_id


def test_without_a_prior_nothing_is_compared(many: list[Phantom]) -> None:
    for phantom in many:
        if not phantom.case.study.priors:
            assert all(finding.change is None for finding in phantom.case.findings)
            assert not any(question.topic == "change" for question in phantom.questions)


def test_yes_and_no_come_about_equally_often() -> None:
    answers = [q.answer for p in make_cohort(400, 9000, 32) for q in p.questions if q.kind == "closed"]
    assert 0.42 < answers.count("yes") / len(answers) < 0.58


def test_the_answer_is_among_the_choices(many: list[Phantom]) -> None:
    questions = [question for phantom in many for question in phantom.questions if question.kind == "choice"]
    assert all(question.answer in question.choices for question in questions)


def test_a_written_cohort_reads_back(tmp_path: Path) -> None:
    path = write_cohort(tmp_path, 3, 900_000_001, 40, (Projection.PA, Projection.LATERAL), visits=(2, 2))
    cases = read_cases(path)
    assert len(cases) == 6
    assert all(Path(view.path).is_file() for case in cases for view in case.study.views)
    assert {question.study_id for question in read_questions(tmp_path / "questions.jsonl")} == {
        case.study.study_id for case in cases
    }
    assert cases[1].study.priors[0].study.study_id == cases[0].study.study_id


def test_dicom_holds_the_same_pixels(tmp_path: Path) -> None:
    case = read_cases(write_cohort(tmp_path, 1, 5, 33, dicom=True))[0]
    file = dcmread(case.study.views[0].path)
    assert np.array_equal(file.pixel_array, make_phantom(5, 33)[0].images["frontal"])
    assert file.ViewPosition == "PA"


@pytest.mark.parametrize(("n", "size"), [(0, 64), (2, 8), (2, 9000)])
def test_what_makes_no_film_is_refused(tmp_path: Path, n: int, size: int) -> None:
    with pytest.raises(SightlineError, match=str(size)):
        write_cohort(tmp_path, n, 1, size)


def test_seeds_belong_to_one_split() -> None:
    assert [split_of_seed(s) for s in (0, 799_999_999, 800_000_000, 900_000_000)] == ["train", "train", "val", "test"]


def test_an_absent_finding_has_no_box(many: list[Phantom]) -> None:
    absent = [f for p in many for f in p.case.findings if f.certainty is Certainty.ABSENT]
    assert not any(finding.boxes for finding in absent)
