from __future__ import annotations

import pytest

from tests.radiology.checks.reports import flagged

CHECK = "scope of negation"


@pytest.mark.parametrize(
    "text",
    [
        "No effusion or pneumothorax is seen, but a small left effusion is present.",
        "There is no evidence of no pneumothorax.",
        "No evidence of absence of edema.",
        "The chest is not without effusion.",
        "Pneumothorax is not absent.",
        "No nodule is not seen.",
        "No pneumothorax, 12 mm nodule on the right.",
    ],
)
def test_a_sentence_that_trips_over_its_own_no(text: str) -> None:
    assert flagged(CHECK, text) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "No effusion or pneumothorax.",
        "No pneumothorax, but there is a small left effusion.",
        "No left effusion; right effusion is small.",
        "No nodule larger than 5 mm.",
        "A 12 mm nodule without calcification.",
        "No pneumothorax is seen and no effusion is present.",
        "The effusion has not resolved.",
        "Not only the effusion but also the edema is smaller.",
    ],
)
def test_plain_negations(text: str) -> None:
    assert flagged(CHECK, text) == []
