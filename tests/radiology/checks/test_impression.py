from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged, reasons

CHECK = "findings against impression"


@pytest.mark.parametrize(
    ("body", "impression"),
    [
        ("There is a left pleural effusion.", "Right pleural effusion."),
        ("There is a left pleural effusion.", "Possible right pleural effusion."),
        ("There is a left pleural effusion.", "No pleural effusion."),
        ("There is a left pleural effusion.", "Resolved pleural effusion."),
        ("There is a left pleural effusion.", "Cardiomegaly."),
        ("There is a left pleural effusion.", "Normal chest."),
        ("There is a large left pleural effusion.", "No acute cardiopulmonary abnormality."),
        ("There is a large left pleural effusion.", "Mild scoliosis without acute disease."),
        ("Opacity at the left base.", "Right basal atelectasis."),
        ("The heart is normal in size.", "Moderate cardiomegaly."),
        ("The lungs are clear.", "Right chest tube."),
    ],
)
def test_an_impression_that_the_findings_do_not_bear_out(body: str, impression: str) -> None:
    assert flagged(CHECK, body, f"Impression: {impression}") == [1]


@pytest.mark.parametrize(
    ("body", "impression"),
    [
        ("There is a left pleural effusion.", "Left pleural effusion."),
        ("There is a left pleural effusion.", "Pleural effusion."),
        ("There is right consolidation.", "Right pneumonia."),
        ("There is a left infiltrate.", "Left infiltrate and possible right infiltrate."),
        ("A round density of 2 cm lies in the left lung.", "Left lung nodule."),
        ("The costophrenic angles are blunted.", "Small pleural effusions."),
        ("No pleural effusion.", "Normal chest."),
        ("Degenerative changes of the spine.", "Normal chest."),
        ("There is a small left pleural effusion.", "No acute osseous abnormality."),
        ("The film is rotated.", "Emphysema."),
    ],
)
def test_an_impression_that_fits_or_cannot_be_judged(body: str, impression: str) -> None:
    assert flagged(CHECK, body, f"Impression: {impression}") == []


def test_without_findings_nothing_is_against_them() -> None:
    assert flagged(CHECK, "Impression: Large left pneumothorax.") == []


def test_the_reason_names_what_is_against_what() -> None:
    told = reasons("There is a left pneumothorax.", "Impression: Right pneumothorax.")
    assert told == ["It says pneumothorax on the right, the findings say pneumothorax on the left."]
