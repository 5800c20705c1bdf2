from __future__ import annotations

import pytest

from radiology.checks.check import Reference, references
from radiology.study import Case, Report, Study
from tests.radiology.checks.reports import flagged, followed, report

CHECK = "copied sentence"
LONG = "A wedge-shaped opacity abuts the minor fissure and fades towards the hilum with a faint meniscus."
BESIDE = (Reference(origin="case 12", text=f"The heart is normal. {LONG} No effusion."),)


@pytest.mark.parametrize("text", [LONG, LONG.upper(), LONG.replace("faint ", ""), LONG.replace(" and", ",")])
def test_a_long_sentence_of_another_report(text: str) -> None:
    assert flagged(CHECK, "The heart is normal.", text, references=BESIDE) == [1]
    assert flagged(CHECK, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "An opacity abuts the minor fissure.",
        "Right central venous line with its tip in the superior vena cava is unchanged since the prior study.",
        "There is no focal consolidation, pneumothorax or pleural effusion identified in either of the two lungs.",
        "The osseous structures of the thorax are without acute abnormality on these two upright views today.",
    ],
)
def test_short_sentences_formulas_and_denials_come_out_alike(text: str) -> None:
    beside = (Reference(origin="case 13", text=f"{text} The heart is normal."),)
    assert flagged(CHECK, text, references=beside) == []


def test_a_sentence_of_the_same_kind_is_no_copy() -> None:
    text = "A rounded opacity lies behind the heart and silhouettes the left hemidiaphragm with a sharp upper border."
    assert flagged(CHECK, text, references=BESIDE) == []


def test_the_report_of_a_prior_is_looked_at_without_being_asked() -> None:
    study = followed(findings=LONG, date="2020-01-06")
    (fault,) = report(LONG, study=study)[0].faults
    assert fault.reason == "It stands almost word for word in the report of the prior of 27 days before."


def test_references_are_the_reports_of_cases_that_have_one() -> None:
    study = Study(study_id="12", patient_id="P")
    cases = (Case(study=study, report=Report(findings="Clear.", impression="Normal.")), Case(study=study))
    assert references(cases) == (Reference(origin="case 12", text="Clear.\n\nNormal."),)
