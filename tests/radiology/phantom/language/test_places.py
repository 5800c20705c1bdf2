"""Every place of the closed list is spelt as the reader gives it back."""

from __future__ import annotations

import pytest

from radiology.findings import FINDINGS
from radiology.phantom.language.phrases import phrase_of
from radiology.phantom.language.places import LOCATIONS, POSITIONS, Placement, fits, placement_of
from radiology.reading.mentions import read_sentence
from radiology.study import Finding, Side

SIDED = [
    Finding(name=name, side=side, location=location)
    for name, locations in LOCATIONS.items()
    for location in locations
    for side in (Side.LEFT, Side.RIGHT)
    if fits(location, side)
]
ENDED = [
    Finding(name=name, side=Side.LEFT if FINDINGS[name].sided else None, position=position)
    for name, positions in POSITIONS.items()
    for position in positions
]


@pytest.mark.parametrize("finding", SIDED + ENDED, ids=lambda f: f"{f.name}-{f.side}-{f.location or f.position}")
def test_a_place_is_read_as_it_is_spelt(finding: Finding) -> None:
    (mention,) = read_sentence(f"{phrase_of(finding)}.")
    assert mention.finding == finding


@pytest.mark.parametrize(
    ("name", "position", "placement"),
    [
        ("endotracheal_tube", "2 cm above the carina", Placement.DEEP),
        ("endotracheal_tube", "3 cm above the carina", Placement.RIGHT),
        ("endotracheal_tube", "7 cm above the carina", Placement.RIGHT),
        ("endotracheal_tube", "8 cm above the carina", Placement.SHORT),
        ("gastric_tube", "right lower lobe bronchus", Placement.ASTRAY),
        ("gastric_tube", None, None),
        ("nodule", "stomach", None),
    ],
)
def test_placement(name: str, position: str | None, placement: Placement | None) -> None:
    assert placement_of(name, position) is placement


def test_a_lobe_has_its_side() -> None:
    assert not fits("lingula", Side.RIGHT)
    assert not fits("middle lobe", Side.BILATERAL)
    assert fits("lower lobe", Side.BILATERAL)
    assert not fits("retrocardiac", Side.RIGHT)
