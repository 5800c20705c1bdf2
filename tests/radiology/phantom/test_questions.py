from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from radiology.phantom.asking import refusals
from radiology.phantom.questions import ask, closed_question
from radiology.study import Case, Certainty, Change, Finding, Projection, Question, Severity, Side, Study, View
from tests.radiology.phantom.language.drawing import draw_findings

VIEW = View(id="frontal", path="f.png", projection=Projection.AP, width=5, height=7)
REFUSALS = {refusals.ELSEWHERE, refusals.LABORATORY, refusals.NO_LATERAL, refusals.NO_PRIOR, refusals.NOT_SEEN}
ABSENT = tuple(
    Finding(name=name, certainty=Certainty.ABSENT) for name in ("mass", "edema", "fracture", "hernia", "pacemaker")
)


def _case(*findings: Finding, prior: bool = False) -> Case:
    before = (Case(study=Study(study_id="before", patient_id="p")),) if prior else ()
    return Case(study=Study(study_id="s", patient_id="p", views=(VIEW,), priors=before), findings=findings)


def _asked(case: Case, seeds: int = 60) -> dict[str, set[str]]:
    """Every question's text with its answers over some seeds; questions with options have theirs elsewhere."""
    found: dict[str, set[str]] = {}
    for seed in range(seeds):
        for question in ask(case, np.random.default_rng(seed)):
            if question.kind != "choice":
                found.setdefault(question.text, set()).add(question.answer)
    return found


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("nodule", ("Is there a nodule?", "Does the film show a nodule?", "Is a nodule present?")),
        ("infiltration", ("Is there an infiltrate?", "Does the film show an infiltrate?", "Is an infiltrate present?")),
        ("hernia", ("Is there hiatal hernia?", "Does the film show hiatal hernia?", "Is hiatal hernia present?")),
        ("edema", ("Is there pulmonary edema?", "Does the film show pulmonary edema?", "Is pulmonary edema present?")),
        ("fracture", ("Is there a fracture?", "Does the film show a fracture?", "Is a fracture present?")),
    ],
)
def test_the_wordings_of_presence(name: str, texts: tuple[str, ...]) -> None:
    assert tuple(closed_question("s", name, True, phrasing).text for phrasing in range(3)) == texts


def test_what_a_finding_answers() -> None:
    nodules = Finding(name="nodule", side=Side.RIGHT, location="upper zone", size_mm=12.0, count=3)
    effusion = Finding(name="pleural_effusion", side=Side.BILATERAL, severity=Severity.LARGE)
    asked = _asked(_case(nodules, effusion, *ABSENT))
    expected = {
        "On which side are the nodules?": "right",
        "Where are the nodules?": "right upper zone",
        "How large is the largest nodule?": "12 mm",
        "How many nodules are there?": "three",
        "On which side are the pleural effusions?": "both",
        "How large are the pleural effusions?": "large",
        "Which view is this?": "AP",
        "Is this film normal?": "no",
        "What abnormalities are seen?": "nodule, pleural effusion",
        "Which devices are seen?": "none",
    }
    assert {text: asked[text] for text in expected} == {text: {answer} for text, answer in expected.items()}


def test_what_devices_answer() -> None:
    tube = Finding(name="endotracheal_tube", position="1 cm above the carina")
    leads = Finding(name="pacemaker", side=Side.LEFT, position="right atrium and right ventricle")
    asked = _asked(_case(tube, leads, *ABSENT[:4]))
    expected = {
        "Where is the tip of the endotracheal tube?": "1 cm above the carina",
        "Is the endotracheal tube too deep?": "yes",
        "Is the endotracheal tube in good position?": "no",
        "Where are the leads of the pacemaker?": "right atrium and right ventricle",
        "Which devices are seen?": "endotracheal tube, pacemaker",
        "What abnormalities are seen?": "none",
    }
    assert {text: asked[text] for text in expected} == {text: {answer} for text, answer in expected.items()}
    assert "Is this film normal?" not in asked


def test_changes_need_a_prior() -> None:
    worse = Finding(name="pneumothorax", side=Side.LEFT, change=Change.WORSE)
    gone = Finding(name="mass", certainty=Certainty.ABSENT, side=Side.LEFT, change=Change.RESOLVED)
    asked = _asked(_case(worse, gone, *ABSENT[1:], prior=True))
    assert asked["How has the pneumothorax changed?"] == {"worse"}
    assert asked["How has the mass changed?"] == {"resolved"}
    assert asked["What has changed since the prior study?"] == {"pneumothorax worse, mass resolved"}
    assert asked["What is new since the prior study?"] == {"nothing"}
    assert asked["Is the pneumothorax larger than on the prior study?"] == {"yes"}
    alone = _asked(_case(Finding(name="pneumothorax", side=Side.LEFT), *ABSENT))
    assert alone["How has the pneumothorax changed?"] == {refusals.NO_PRIOR}
    assert alone["What does the lateral view show?"] == {refusals.NO_LATERAL}


def test_nothing_is_asked_of_what_is_uncertain_or_on_each_side_another() -> None:
    doubted = Finding(name="mass", certainty=Certainty.UNCERTAIN, side=Side.LEFT)
    left, right = (Finding(name="nodule", side=side, size_mm=9.0) for side in (Side.LEFT, Side.RIGHT))
    asked = _asked(_case(doubted, left, right, *ABSENT[1:]))
    assert not any("mass" in text for text in asked)
    assert all(answers == {"yes"} for text, answers in asked.items() if "nodule" in text)
    assert "Is this film normal?" not in asked


def test_choices_hold_their_answer_once() -> None:
    for question in _random("choice"):
        assert question.choices.count(question.answer) == 1
        assert len(set(question.choices)) == len(question.choices) <= 4


def test_wrong_places_are_of_the_same_kind_as_the_right_one() -> None:
    case = _case(Finding(name="consolidation", side=Side.RIGHT, location="lower lobe"), *ABSENT)
    asked = [q for seed in range(20) for q in ask(case, np.random.default_rng(seed)) if q.text.startswith("Where")]
    offered = {option for question in asked for option in question.choices}
    assert offered == {
        "right upper lobe", "right middle lobe", "right lower lobe", "left upper lobe", "lingula", "left lower lobe",
    }  # fmt: skip


def test_refusals_are_of_the_table() -> None:
    answers = {question.answer for question in _random("open") if question.topic == "unanswerable"}
    assert answers <= REFUSALS
    assert len(answers) > 3


def test_yes_and_no_about_presence_come_equally_often_where_findings_are_as_frequent_as_phantoms() -> None:
    """A phantom's edema is there with probability .064."""
    answers: Counter[str] = Counter()
    for seed in range(4000):
        there = Certainty.PRESENT if seed % 1000 < 64 else Certainty.ABSENT
        case = _case(Finding(name="edema", certainty=there))
        asked = ask(case, np.random.default_rng(seed))
        answers.update(question.answer for question in asked if question.topic == "presence")
    assert answers["yes"] == 256
    assert 200 < answers["no"] < 320


def _random(kind: str) -> list[Question]:
    """The questions of that kind about random films."""
    found: list[Question] = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        found += [question for question in ask(_case(*draw_findings(rng)), rng) if question.kind == kind]
    return found
