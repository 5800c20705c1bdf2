from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged, reasons

CHECK = "left out of the impression"
BODY = ("There is a large right pneumothorax.", "The heart is mildly enlarged.")


def test_an_impression_that_lists_others_must_not_leave_out_what_is_grave() -> None:
    assert flagged(CHECK, *BODY, "Impression: Mild cardiomegaly.") == [0]
    assert reasons(*BODY, "Impression: Mild cardiomegaly.") == [
        "The impression says nothing of the pneumothorax on the right."
    ]


@pytest.mark.parametrize(
    "impression",
    [
        "Right pneumothorax. Cardiomegaly.",
        "Mild cardiomegaly. Other findings as described above.",
        "No acute disease.",
        "Clinical correlation is recommended.",
    ],
)
def test_what_leaves_nothing_out_or_is_the_business_of_another_check(impression: str) -> None:
    assert flagged(CHECK, *BODY, *(f"Impression: {each}." for each in impression.rstrip(".").split(". "))) == []


@pytest.mark.parametrize(
    "body",
    [
        "The large left effusion is unchanged.",
        "There is a small left pleural effusion.",
        "Possible left pneumothorax.",
        "There is a calcified granuloma.",
        "No pneumothorax.",
    ],
)
def test_what_an_impression_may_leave_out(body: str) -> None:
    assert flagged(CHECK, body, "The heart is enlarged.", "Impression: Cardiomegaly.") == []


def test_a_summary_covers_its_kin_unless_the_findings_use_it_for_something_else() -> None:
    assert flagged(CHECK, "There is left consolidation.", "Impression: Left atelectasis.") == []
    body = ("There is left consolidation.", "There is right atelectasis.")
    assert flagged(CHECK, *body, "Impression: Right atelectasis.") == [0]
