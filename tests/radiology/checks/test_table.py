from __future__ import annotations

import pytest

from radiology.checks.table import CHECKS, checked
from radiology.reading.mentions import read_sentence
from radiology.study import Box, Case, DraftSentence, Projection, Study, View

FRONTAL = View(id="frontal", path="f.png", projection=Projection.PA, width=30, height=40)
LATERAL = View(id="lateral", path="l.png", projection=Projection.LATERAL, width=30, height=40)
STUDY = Study(study_id="S1", patient_id="P1", views=(FRONTAL, LATERAL))
FOLLOWED = STUDY.model_copy(update={"priors": (Case(study=Study(study_id="S0", patient_id="P1")),)})


def sentence(text: str, box: Box | None = None) -> DraftSentence:
    """A sentence as it is read; "Impression: ..." is one of the impression; `box` belongs to its first finding."""
    section, words = ("impression", text[12:]) if text.startswith("Impression: ") else ("findings", text)
    mentions = read_sentence(words)
    if box:
        first = mentions[0].model_copy(update={"finding": mentions[0].finding.model_copy(update={"boxes": (box,)})})
        mentions = (first, *mentions[1:])
    return DraftSentence.model_validate({"text": words, "section": section, "findings": mentions})


def faults(*texts: str, study: Study = STUDY) -> list[tuple[str, ...]]:
    return [each.flags for each in checked([sentence(text) for text in texts], study)]


@pytest.mark.parametrize(
    ("text", "faulty"),
    [
        ("The left pleural effusion has increased since the prior study.", True),
        ("There is a new nodule.", True),
        ("The heart is unchanged.", True),
        ("No interval change.", True),
        ("No prior study is available for comparison.", False),
        ("Comparison: None.", False),
        ("There is a left pleural effusion.", False),
        ("Prior sternotomy wires.", True),
    ],
)
def test_comparison_without_a_prior(text: str, faulty: bool) -> None:
    assert ("comparison without a prior" in faults(text)[0]) is faulty
    assert "comparison without a prior" not in faults(text, study=FOLLOWED)[0]


@pytest.mark.parametrize(
    ("text", "x", "view", "faulty"),
    [
        ("Left pleural effusion.", 0.6, "frontal", False),
        ("Left pleural effusion.", 0.1, "frontal", True),
        ("Right pleural effusion.", 0.1, "frontal", False),
        ("Right pleural effusion.", 0.6, "frontal", True),
        ("Right pleural effusion.", 0.6, "lateral", False),
        ("Bilateral pleural effusions.", 0.6, "frontal", True),
        ("Pleural effusion.", 0.6, "frontal", False),
    ],
)
def test_side_against_box(text: str, x: float, view: str, faulty: bool) -> None:
    box = Box(view=view, x0=x, y0=0.5, x1=x + 0.25, y1=0.9)
    flags = checked([sentence(text, box)], STUDY)[0].flags
    assert ("side against box" in flags) is faulty


@pytest.mark.parametrize(
    ("one", "other", "faulty"),
    [
        ("There is a left pleural effusion.", "No pleural effusion.", True),
        ("There is a left pleural effusion.", "No left pleural effusion.", True),
        ("There is a left pleural effusion.", "No right pleural effusion.", False),
        ("There is a left pleural effusion.", "No pneumothorax.", False),
        ("There is a small left pleural effusion.", "No large pleural effusion.", False),
        ("No pleural effusion.", "No pleural effusion.", False),
    ],
)
def test_present_and_absent(one: str, other: str, faulty: bool) -> None:
    expected = ("present and absent",) if faulty else ()
    assert faults(one, other) == [expected, expected]
    assert faults(other, one) == [expected, expected]


@pytest.mark.parametrize(
    ("body", "impression", "faulty"),
    [
        ("There is a left pleural effusion.", "Left pleural effusion.", False),
        ("There is a left pleural effusion.", "Pleural effusion.", False),
        ("There is a left pleural effusion.", "Right pleural effusion.", True),
        ("There is a left pleural effusion.", "No pleural effusion.", True),
        ("There is a left pleural effusion.", "Cardiomegaly.", True),
        ("There is a left pleural effusion.", "Normal chest.", True),
        ("There is right consolidation.", "Right pneumonia.", False),
        ("No pleural effusion.", "Normal chest.", False),
        ("The film is rotated.", "Cardiomegaly.", False),
    ],
)
def test_findings_against_impression(body: str, impression: str, faulty: bool) -> None:
    assert faults(body, f"Impression: {impression}") == [(), ("findings against impression",) if faulty else ()]


def test_flags_that_were_there_stay_and_come_once() -> None:
    before = sentence("There is a new nodule.").model_copy(update={"flags": ("unsupported", next(iter(CHECKS)))})
    assert checked([before], STUDY)[0].flags == ("unsupported", "comparison without a prior")


def test_nothing_is_faultless() -> None:
    assert checked([], STUDY) == ()
