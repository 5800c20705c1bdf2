from __future__ import annotations

import pytest

from mllm.draft.truth import is_right, state_of, verdict
from radiology.reading.mentions import read_sentence
from radiology.study import Case, Certainty, Change, DraftSentence, Finding, Side, Study

TRUTH = (
    Finding(name="pleural_effusion", side=Side.LEFT, change=Change.WORSE),
    Finding(name="pneumothorax", side=Side.RIGHT, certainty=Certainty.ABSENT, change=Change.RESOLVED),
    Finding(name="pacemaker"),
)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("There is a left pleural effusion.", True),
        ("There is a pleural effusion.", True),
        ("There is a right pleural effusion.", False),
        ("No pleural effusion.", False),
        ("No right pleural effusion.", True),
        ("The left pleural effusion has increased since the prior study.", True),
        ("The left pleural effusion has decreased since the prior study.", False),
        ("The right pneumothorax has resolved.", True),
        ("The nodule has resolved.", False),
        ("No consolidation.", True),
        ("Left pleural effusion and a nodule.", False),
        ("Normal chest.", False),
        ("The film is slightly rotated.", None),
    ],
)
def test_all_that_a_sentence_says_must_hold(text: str, right: bool | None) -> None:
    sentence = DraftSentence(text=text, section="findings", findings=read_sentence(text))
    assert is_right(sentence, TRUTH) is right


def test_a_device_leaves_the_chest_normal() -> None:
    assert is_right(DraftSentence(text="Normal chest.", section="impression"), (Finding(name="pacemaker"),)) is True


def case_of(source: str, *findings: Finding, version: str | None = None) -> Case:
    study = Study(study_id="s", patient_id="p")
    return Case(study=study, findings=findings, source=source, phantom_version=version)


def said(text: str, case: Case) -> bool | None:
    return verdict(DraftSentence(text=text, section="findings", findings=read_sentence(text)), case)


EFFUSION = Finding(name="pleural_effusion")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("There is a left pleural effusion.", True),  # NIH knows no sides
        ("No pleural effusion.", False),
        ("There is a nodule.", False),  # one of the fourteen, not listed
        ("No pneumothorax.", True),
        ("There is a pacemaker.", None),
        ("There is a pleural effusion and a pacemaker.", None),
        ("Normal chest.", False),
    ],
)
def test_nih_lists_all_of_fourteen_findings_and_no_other(text: str, right: bool | None) -> None:
    assert said(text, case_of("nih", EFFUSION)) is right


def test_an_nih_film_without_labels_counts_as_normal() -> None:
    assert said("Normal chest.", case_of("nih")) is True


def test_elsewhere_unknown_is_not_absent() -> None:
    case = case_of("a hospital", EFFUSION, Finding(name="nodule", certainty=Certainty.ABSENT))
    assert said("No nodule.", case) is True
    assert said("There is a pleural effusion.", case) is True
    assert said("There is a pneumothorax.", case) is None
    assert said("Normal chest.", case) is False
    assert said("Normal chest.", case_of("a hospital")) is None


def test_what_something_hides_in_a_phantom_is_unknown() -> None:
    present = Finding(name="pleural_effusion", side=Side.LEFT)
    assert state_of("nodule", case_of("phantom", present, version="1")) is False
    assert state_of("nodule", case_of("phantom", present, version="2")) is None
    assert state_of("pleural_effusion", case_of("phantom", present, version="2")) is True
