from __future__ import annotations

from typing import Any

import pytest

from mllm.draft.editing.attributes import applied, read_attributes, settled
from radiology.errors import SightlineError
from radiology.study import Box, Certainty, Change, Finding, Severity, Side

BOX = Box(view="frontal", x0=0.6, y0=0.5, x1=0.9, y1=0.9)
EFFUSION = Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL, boxes=(BOX,))


@pytest.mark.parametrize(
    ("words", "update"),
    [
        ("on the left", {"side": Side.LEFT}),
        ("right-sided", {"side": Side.RIGHT}),
        ("both", {"side": Side.BILATERAL}),
        ("on both sides", {"side": Side.BILATERAL}),
        ("moderate", {"severity": Severity.MODERATE}),
        ("large in size", {"severity": Severity.LARGE}),
        ("possible", {"certainty": Certainty.UNCERTAIN}),
        ("not certain", {"certainty": Certainty.UNCERTAIN}),
        ("definite", {"certainty": Certainty.PRESENT}),
        ("not there", {"certainty": Certainty.ABSENT}),
        ("gone", {"certainty": Certainty.ABSENT, "change": Change.RESOLVED}),
        ("new", {"change": Change.NEW}),
        ("unchanged", {"change": Change.STABLE}),
        ("12 mm", {"size_mm": 12.0}),
        ("in the right upper zone", {"side": Side.RIGHT, "location": "upper zone"}),
        ("small and on the left", {"severity": Severity.SMALL, "side": Side.LEFT}),
    ],
)
def test_words_become_fields(words: str, update: dict[str, Any]) -> None:
    attributes = read_attributes(words)
    assert attributes is not None
    assert attributes.update == update


@pytest.mark.parametrize(
    "words", ["purple", "not on the left", "never large", "a mass and a nodule", "", "on the moon"]
)
def test_words_that_are_not_all_understood_become_nothing(words: str) -> None:
    assert read_attributes(words) is None


def test_a_finding_becomes_another_with_what_is_said_of_it() -> None:
    attributes = read_attributes("a right mass")
    assert attributes is not None
    nodule = Finding(name="nodule", side=Side.LEFT, size_mm=31)
    assert applied(nodule, attributes) == Finding(name="mass", side=Side.RIGHT, size_mm=31)


def test_a_box_goes_with_its_place_and_stays_with_a_grade() -> None:
    left, large = read_attributes("on the right"), read_attributes("large")
    assert left is not None
    assert large is not None
    assert applied(EFFUSION, left).boxes == ()
    assert applied(EFFUSION, large).boxes == (BOX,)


def test_what_does_not_fit_the_new_side_goes() -> None:
    lobe = Finding(name="consolidation", side=Side.RIGHT, location="middle lobe")
    left, both = read_attributes("left"), read_attributes("both")
    assert left is not None
    assert both is not None
    assert applied(lobe, left) == Finding(name="consolidation", side=Side.LEFT)
    assert applied(Finding(name="nodule", side=Side.LEFT, count=1), both).count is None


def test_what_is_not_there_has_neither_size_nor_box() -> None:
    absent = read_attributes("absent")
    assert absent is not None
    assert applied(EFFUSION, absent) == Finding(name="pleural_effusion", certainty=Certainty.ABSENT, side=Side.LEFT)


@pytest.mark.parametrize(("name", "words"), [("cardiomegaly", "on the left"), ("pacemaker", "moderate")])
def test_a_finding_without_side_or_grade_gets_none(name: str, words: str) -> None:
    attributes = read_attributes(words)
    assert attributes is not None
    with pytest.raises(SightlineError, match="has no"):
        applied(Finding(name=name), attributes)


def test_the_other_side_needs_one() -> None:
    attributes = read_attributes("on the wrong side")
    assert attributes is not None
    assert settled(attributes, EFFUSION).update == {"side": Side.RIGHT}
    with pytest.raises(SightlineError, match="say left, right or both"):
        settled(attributes, Finding(name="nodule"))
