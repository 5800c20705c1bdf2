from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged, reasons

CHECK = "present and absent"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("There is a left pleural effusion.", "No pleural effusion."),
        ("There is a left pleural effusion.", "No left pleural effusion."),
        ("Bilateral effusions.", "No right pleural effusion."),
        ("Mild cardiomegaly.", "The heart is normal in size."),
        ("Consolidation in the left lower lobe.", "The lungs are clear."),
        ("There is a large apical pneumothorax.", "No large effusion or pneumothorax."),
    ],
)
def test_one_finding_cannot_be_both(one: str, other: str) -> None:
    assert flagged(CHECK, one, other) == flagged(CHECK, other, one) == [0, 1]
    assert flagged(CHECK, one, f"Impression: {other}") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("There is a left pleural effusion.", "No right pleural effusion."),
        ("There is a left pleural effusion.", "No pneumothorax."),
        ("There is a small left pleural effusion.", "No large pleural effusion."),
        ("There is a calcified nodule.", "No suspicious nodules or masses."),
        ("Streaky opacities are due to scarring.", "The lungs are clear."),
        ("There is left basal consolidation.", "The lungs are otherwise clear."),
        ("The chest tube was removed.", "Other tubes are unchanged."),
        ("Possible left effusion.", "No pleural effusion."),
        ("No pleural effusion.", "No pleural effusion."),
    ],
)
def test_what_a_denial_leaves_room_for(one: str, other: str) -> None:
    assert flagged(CHECK, one, other) == []


def test_the_reason_tells_both_statements() -> None:
    told = reasons("There is a left pleural effusion.", "No pleural effusion.")
    assert told[0] == (
        "It says pleural effusion on the left, another sentence of the findings says no pleural effusion."
    )
