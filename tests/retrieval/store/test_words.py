from __future__ import annotations

from radiology.study import Case, Certainty, Finding, Severity, Side, Study
from retrieval.store.words import any_of, words_of
from tests.retrieval.toys import REPORT


def test_words_are_quoted_and_nothing_is_syntax() -> None:
    assert any_of('Effusion NEAR(left) AND "x" -right* findings: ^') == (
        '"effusion" OR "near" OR "left" OR "and" OR "x" OR "right" OR "findings"'
    )


def test_nothing_to_look_for() -> None:
    assert any_of("") == any_of("  \"' -- ; ** \0 ") == ""


def test_a_long_text_is_cut() -> None:
    assert any_of(" ".join(f"w{n}" for n in range(9999))).count(" OR ") == 63


def test_what_is_present_and_the_report() -> None:
    findings = (
        Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL),
        Finding(name="pneumothorax", certainty=Certainty.ABSENT),
    )
    study = Study(study_id="s", patient_id="p")
    listed = "left pleural effusion, small"
    assert words_of(Case(study=study), findings) == (listed, "")
    assert words_of(Case(study=study, report=REPORT), ()) == ("", f"{REPORT.findings}\nEffusion.")
