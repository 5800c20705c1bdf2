from __future__ import annotations

import pytest

from tests.radiology.checks.reports import FRONTAL, STUDY, flagged

CHECK = "implausible measure"


@pytest.mark.parametrize(
    "text",
    ["A nodule of 900 mm.", "A 75 cm opacity.", "The effusion measures -12 mm.", "Nodule (-3 cm).", "A 0 mm nodule."],
)
def test_an_impossible_size(text: str) -> None:
    assert flagged(CHECK, text) == [0]


@pytest.mark.parametrize(
    "text", ["A nodule of 12 mm.", "A 10-12 mm nodule.", "13 - 14 mm opacity.", "2.2 x 1.6 cm mass."]
)
def test_a_possible_size(text: str) -> None:
    assert flagged(CHECK, text) == []


def test_a_film_of_known_spacing_sets_the_limit() -> None:
    small = STUDY.model_copy(update={"views": (FRONTAL.model_copy(update={"pixel_spacing": (5.0, 5.0)}),)})
    assert flagged(CHECK, "An opacity of 25 cm.", study=small) == [0]
    assert flagged(CHECK, "An opacity of 25 cm.") == []


def test_one_finding_has_one_size() -> None:
    body = "There is a 12 mm nodule in the left lung."
    assert flagged(CHECK, body, "Impression: 21 mm left nodule.") == [1]
    assert flagged(CHECK, body, "Impression: 1.2 cm left nodule.") == []
    assert flagged(CHECK, body, "Impression: 21 mm right nodule.") == []
    assert flagged(CHECK, body, "There is a 21 mm left nodule.", "Impression: 21 mm left nodule.") == []
