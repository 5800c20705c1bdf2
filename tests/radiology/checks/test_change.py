from __future__ import annotations

import pytest

from radiology.study import Certainty, Finding, Severity, Side
from tests.radiology.checks.reports import flagged, followed, reasons

CHECK = "change against the prior"
PRIOR = followed("There is a moderate left pleural effusion. No pneumothorax. The heart is normal in size.")


@pytest.mark.parametrize(
    "text",
    [
        "There is a new left pleural effusion.",
        "The right pneumothorax is unchanged.",
        "The pneumothorax has resolved.",
        "The cardiomegaly has worsened.",
        "The small left pleural effusion has increased.",
        "The large left pleural effusion has decreased.",
    ],
)
def test_a_change_that_the_prior_does_not_allow(text: str) -> None:
    assert flagged(CHECK, text, study=PRIOR) == [0]
    assert flagged(CHECK, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The left pleural effusion is unchanged.",
        "The left pleural effusion has resolved.",
        "There is a new right pleural effusion.",
        "There is a new left pneumothorax.",
        "The nodule is unchanged.",
        "The large left pleural effusion has increased.",
        "There is a left pneumothorax.",
    ],
)
def test_a_change_that_fits_or_cannot_be_judged(text: str) -> None:
    assert flagged(CHECK, text, study=PRIOR) == []


def test_a_prior_without_content_allows_everything() -> None:
    assert flagged(CHECK, "The nodule is unchanged.", study=followed()) == []


def test_what_a_report_calls_by_a_kin_name_may_be_followed_up_but_not_what_is_listed() -> None:
    text = "The consolidation has improved."
    assert flagged(CHECK, text, study=followed("Left atelectasis. No consolidation.")) == []
    listed = (Finding(name="atelectasis"), Finding(name="consolidation", certainty=Certainty.ABSENT))
    assert flagged(CHECK, text, study=followed(listed=listed)) == [0]


def test_the_reason_tells_what_the_prior_says() -> None:
    listed = (Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.LARGE),)
    study = followed(listed=listed, date="2020-01-06")
    assert reasons("The small left pleural effusion has increased.", study=study) == [
        "It calls the pleural effusion worse, the prior of 27 days before has it large, and now it is small."
    ]
