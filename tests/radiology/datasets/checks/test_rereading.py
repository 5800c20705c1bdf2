"""Listed findings against a report: what is changed in either is told, what a report may leave out is not."""

from __future__ import annotations

import pytest

from radiology.datasets.checks import rereading
from radiology.datasets.checks.rereading import reread
from radiology.phantom.cohort import make_phantom
from radiology.study import Case, Certainty, Change, Finding, Report, Severity, Side, Study

EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT)
NO_EFFUSION = Finding(name="pleural_effusion", certainty=Certainty.ABSENT)
NODULE = Finding(name="nodule", side=Side.RIGHT, size_mm=14, change=Change.WORSE)
GONE = Finding(name="pleural_effusion", side=Side.LEFT, certainty=Certainty.ABSENT, change=Change.RESOLVED)


def _kinds(text: str, *findings: Finding, phantom: str | None = None) -> list[str]:
    study = Study(study_id="one", patient_id="p")
    case = Case(study=study, report=Report(findings=text), findings=findings, phantom_version=phantom)
    return [problem.kind for problem in reread(case, {"pleural_effusion", "nodule", "edema"})]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("There is a left pleural effusion.", EFFUSION),
        ("There is a small left pleural effusion.", EFFUSION),
        ("No pleural effusion.", NO_EFFUSION),
        ("The lungs are clear.", NO_EFFUSION),
        ("The 14 mm nodule in the right upper zone has increased.", NODULE),
        ("The right nodule of 1.4 cm is larger.", NODULE),
        ("The left pleural effusion has resolved.", GONE),
        ("Small left and moderate right pleural effusions.", EFFUSION.model_copy(update={"side": Side.BILATERAL})),
        ("There is cardiomegaly.", NO_EFFUSION),
    ],
)
def test_a_report_that_agrees(text: str, finding: Finding) -> None:
    assert _kinds(text, finding) == []


@pytest.mark.parametrize(
    ("text", "finding", "kind"),
    [
        ("The heart is normal.", EFFUSION, rereading.NOT_STATED),
        ("There is no left pleural effusion.", EFFUSION, rereading.CERTAINTY),
        ("Possible left pleural effusion.", EFFUSION, rereading.CERTAINTY),
        ("There is a left pleural effusion.", NO_EFFUSION, rereading.NOT_TRUE),
        ("There is a right pleural effusion.", EFFUSION, rereading.SIDE),
        ("There is a pleural effusion.", EFFUSION, rereading.SIDE),
        ("There are bilateral pleural effusions.", EFFUSION, rereading.SIDE),
        ("Left pleural effusion. There is pulmonary edema.", EFFUSION, rereading.NOT_LISTED),
        ("The 14 mm right nodule has decreased.", NODULE, rereading.CHANGE),
        ("There is a 14 mm right nodule.", NODULE, rereading.CHANGE),
        ("The 19 mm right nodule has increased.", NODULE, "report and findings differ in size"),
        ("No pleural effusion.", GONE, rereading.CHANGE),
        ("The right pleural effusion has resolved.", GONE, rereading.SIDE),
        (
            "Large left pleural effusion.",
            EFFUSION.model_copy(update={"severity": Severity.SMALL}),
            "report and findings differ in severity",
        ),
        (
            "Three right nodules, 14 mm, which have increased.",
            NODULE.model_copy(update={"count": 2}),
            "report and findings differ in count",
        ),
    ],
)
def test_a_report_that_disagrees(text: str, finding: Finding, kind: str) -> None:
    assert _kinds(text, finding) == [kind]


def test_of_a_phantom_nothing_is_unknown() -> None:
    assert _kinds("Large left pleural effusion, which has increased.", EFFUSION) == []
    told = _kinds("Large left pleural effusion, which has increased.", EFFUSION, phantom="1")
    assert told == ["report and findings differ in severity", rereading.CHANGE]


@pytest.mark.parametrize("version", ["1", "2"])
def test_reports_of_phantoms_give_back_their_findings(version: str) -> None:
    cases = [phantom.case for seed in range(12) for phantom in make_phantom(seed, 48, visits=3, version=version)]
    assert [problem for case in cases for problem in reread(case, set())] == []
    assert len(cases) == 36
