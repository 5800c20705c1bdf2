from __future__ import annotations

import pytest

from radiology.study import Case, Certainty, Change, Finding, Report, Side, Study
from radiology.timeline.known import Key, keys_of, known_findings, stated

LEFT: Key = ("pleural_effusion", Side.LEFT)
RIGHT: Key = ("pleural_effusion", Side.RIGHT)


def _read(text: str) -> tuple[Finding, ...]:
    study = Study(study_id="s", patient_id="p")
    return known_findings(Case(study=study, report=Report(findings=text)))


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("Small left pleural effusion.", Certainty.PRESENT, None),
        ("Bilateral pleural effusions.", Certainty.PRESENT, Certainty.PRESENT),
        ("No pleural effusion.", Certainty.ABSENT, Certainty.ABSENT),
        ("There is a pleural effusion.", Certainty.UNCERTAIN, Certainty.UNCERTAIN),
        ("The heart is enlarged.", None, None),
        ("Left pleural effusion, no right pleural effusion.", Certainty.PRESENT, Certainty.ABSENT),
    ],
)
def test_what_a_report_says_of_each_side(text: str, left: Certainty | None, right: Certainty | None) -> None:
    found = [stated(_read(text), key) for key in (LEFT, RIGHT)]
    assert [each and each.certainty for each in found] == [left, right]


def test_listed_findings_come_before_the_report() -> None:
    study, listed = Study(study_id="s", patient_id="p"), (Finding(name="nodule", side=Side.LEFT),)
    assert known_findings(Case(study=study, report=Report(findings="Cardiomegaly."), findings=listed)) == listed
    assert known_findings(Case(study=study)) == ()


def test_rows_are_called_for_by_what_is_there_or_has_changed() -> None:
    findings = (
        Finding(name="pleural_effusion", side=Side.BILATERAL),
        Finding(name="nodule", certainty=Certainty.ABSENT),
        Finding(name="edema", certainty=Certainty.ABSENT, change=Change.RESOLVED),
        Finding(name="cardiomegaly", certainty=Certainty.UNCERTAIN),
    )
    assert list(keys_of(findings)) == [LEFT, RIGHT, ("edema", None), ("cardiomegaly", None)]
