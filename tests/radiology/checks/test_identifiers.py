from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged, followed, reasons

CHECK = "identifier"


@pytest.mark.parametrize(
    "text",
    [
        "Discussed with Dr. Miller.",
        "MRN 4711001.",
        "Film of patient P-7788.",
        "Call 555-013-4477.",
        "Date of birth 03/14/1957.",
        "Mailed to anna.miller@example.org for review.",
    ],
)
def test_what_names_somebody(text: str) -> None:
    assert flagged(CHECK, "The heart is normal.", text, "No effusion.") == [1]


def test_a_name_that_was_taken_for_two_sentences() -> None:
    assert flagged(CHECK, "The heart is normal.", "Mr.", "Haddad was positioned upright.") == [2]


def test_the_reason_does_not_repeat_it() -> None:
    told = " ".join(reasons("MRN 4711001.", "Film of patient P-7788.", "Discussed with Dr. Miller."))
    assert told
    assert not any(secret in told for secret in ("4711001", "7788", "Miller"))


@pytest.mark.parametrize(
    "text", ["A nodule of 12 mm.", "Fracture of ribs 5-7.", "Seen by XXXX at XXXX.", "T12 is wedged."]
)
def test_what_names_nobody(text: str) -> None:
    assert flagged(CHECK, text) == []


@pytest.mark.parametrize("spelt", ["2020-01-06", "01/06/2020", "6 January 2020", "January 6, 2020", "1/6/20"])
def test_a_comparison_may_name_the_date_of_its_prior(spelt: str) -> None:
    text = f"Unchanged since {spelt}."
    assert flagged(CHECK, text, study=followed(date="2020-01-06")) == []
    assert flagged(CHECK, text, study=followed(date="2020-02-06")) == [0]
