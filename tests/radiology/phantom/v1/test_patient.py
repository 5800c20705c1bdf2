"""Phantoms of version 1: deterministic, exact in their truth, varied."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.phantom.cohort import Cohort
from radiology.phantom.record import Phantom
from radiology.phantom.v1.pathology import NAMES
from radiology.phantom.v1.patient import make_phantom
from radiology.study import Certainty, Change, Side


@pytest.fixture(scope="module")
def many() -> list[Phantom]:
    return list(Cohort(150, 40, 64, visits=(1, 2), version="1").phantoms())


def test_a_seed_gives_the_same_phantom() -> None:
    first, second = make_phantom(11, 48)[0], make_phantom(11, 48)[0]
    assert first.case == second.case
    assert np.array_equal(first.images["frontal"], second.images["frontal"])
    assert not np.array_equal(first.images["frontal"], make_phantom(12, 48)[0].images["frontal"])


def test_every_finding_of_the_vocabulary_is_known(many: list[Phantom]) -> None:
    for phantom in many:
        assert tuple(finding.name for finding in phantom.case.findings) == NAMES


def test_boxes_hug_their_masks(many: list[Phantom]) -> None:
    for phantom in many:
        for finding in phantom.case.present:
            mask = phantom.masks["frontal"][finding.name]
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            assert min(box.x0 for box in finding.boxes) == pytest.approx(columns[0] / 64)
            assert max(box.y1 for box in finding.boxes) == pytest.approx((rows[-1] + 1) / 64)


def test_the_side_of_an_effusion_is_where_its_mask_lies() -> None:
    cohort = Cohort(120, 7000, 64, version="1").phantoms()
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
    present = [
        {finding.name for finding in phantom.case.present} for phantom in Cohort(300, 50000, 32, version="1").phantoms()
    ]
    assert sum(not names for names in present) >= 75
    assert set.union(*present) == set(NAMES)


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
    answers = [
        q.answer for p in Cohort(400, 9000, 32, version="1").phantoms() for q in p.questions if q.kind == "closed"
    ]
    assert 0.42 < answers.count("yes") / len(answers) < 0.58


def test_the_answer_is_among_the_choices(many: list[Phantom]) -> None:
    questions = [question for phantom in many for question in phantom.questions if question.kind == "choice"]
    assert all(question.answer in question.choices for question in questions)


def test_an_absent_finding_has_no_box(many: list[Phantom]) -> None:
    absent = [f for p in many for f in p.case.findings if f.certainty is Certainty.ABSENT]
    assert not any(finding.boxes for finding in absent)
