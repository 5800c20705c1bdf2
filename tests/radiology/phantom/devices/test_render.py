"""Devices on films: where they show, in both views alike, and always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import label

from radiology.findings import FINDINGS
from radiology.phantom.devices.draw import CHANCES, draw_device
from radiology.phantom.devices.skin import buttons, electrodes, necklace
from radiology.phantom.devices.table import RENDER
from radiology.phantom.geometry import Detector, Pose, Solids
from radiology.phantom.language.places import ABOVE_CARINA, POSITIONS
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import Body
from tests.radiology.phantom.devices.anatomy import bodies

SMALLER = Pose(magnification=0.7)
"""The whole device is on the film."""
DRAWS = [(name, position) for name, chances in CHANCES.items() for position in chances]
DRAWS += [("endotracheal_tube", position) for position in ("right main bronchus", "esophagus", ABOVE_CARINA[4])]
BODIES = bodies(4)


def shown(device: Lesion, body_number: int, lateral: bool, size: int = 320) -> Map:
    scene = Scene(BODIES[body_number], Detector(size, SMALLER, lateral), {})
    parts = RENDER[device.name](device, scene, np.random.default_rng(device.seed))
    assert len(parts) == 1
    return parts[0]


def rows(own: Map) -> tuple[float, float]:
    """Highest and lowest mm of what is not faint."""
    axis = Detector(own.shape[0], SMALLER).axis
    seen = np.flatnonzero((own > 0.02).any(axis=1))
    return float(axis[seen[0]]), float(axis[seen[-1]])


def drawn(name: str, position: str, seed: int) -> Lesion:
    return replace(draw_device(name, np.random.default_rng(seed)), position=position)


@pytest.mark.parametrize(("name", "position"), DRAWS)
def test_both_views_show_a_device_at_the_same_height(name: str, position: str) -> None:
    for number in range(len(BODIES)):
        device = drawn(name, position, number)
        assert rows(shown(device, number, False)) == pytest.approx(rows(shown(device, number, True)), abs=3)


@pytest.mark.parametrize("lateral", [False, True])
@pytest.mark.parametrize("cm", [2, 5])
def test_an_endotracheal_tube_is_seen_down_to_its_tip(cm: int, lateral: bool) -> None:
    body = BODIES[1]
    expected = body.carina[1] - 10 * cm / body.who.scale
    assert rows(shown(drawn("endotracheal_tube", ABOVE_CARINA[cm], 3), 1, lateral))[1] == pytest.approx(expected, abs=3)


@pytest.mark.parametrize("count", [4, 5, 6, 7])
def test_each_wire_is_a_loop_of_its_own(count: int) -> None:
    device = replace(drawn("sternal_wires", "intact", count), count=count)
    assert label(shown(device, 1, False, 900) > 0.1, np.ones((3, 3)))[1] == count


def test_a_broken_wire_is_in_two() -> None:
    intact, broken = (
        shown(replace(drawn("sternal_wires", p, 4), count=5), 1, False, 900) for p in ("intact", "broken")
    )
    assert broken.sum() < intact.sum()


@pytest.mark.parametrize("name", list(RENDER))
def test_the_same_lesion_gives_the_same_picture(name: str) -> None:
    first, second = (draw_device(name, np.random.default_rng(8)) for _ in range(2))
    assert first == second
    assert np.array_equal(shown(first, 0, False), shown(second, 0, False))


@pytest.mark.parametrize("name", list(RENDER))
def test_the_faintest_device_is_seen(name: str) -> None:
    device = replace(draw_device(name, np.random.default_rng(2)), contrast=0.3)
    for lateral in (False, True):
        own = shown(device, 1, lateral, 224)
        assert (own > 0.1).sum() > 20


def test_every_draw_is_in_the_vocabulary() -> None:
    rng = np.random.default_rng(0)
    for name in RENDER:
        draws = [draw_device(name, rng) for _ in range(60)]
        assert FINDINGS[name].device
        assert {device.position for device in draws} <= set(POSITIONS[name])
        assert len({device.position for device in draws}) > 1


def test_a_child_has_no_tube_above_the_film() -> None:
    body = replace(BODIES[0].who, scale=0.6)
    rng = np.random.default_rng(0)
    positions = {draw_device("endotracheal_tube", rng, body).position for _ in range(200)}
    assert ABOVE_CARINA[4] in positions
    assert ABOVE_CARINA[5] not in positions


@pytest.mark.parametrize("things", [electrodes, buttons, necklace])
def test_things_on_the_skin_are_the_same_for_a_seed_and_seen_in_both_views(
    things: Callable[[Body, np.random.Generator], Solids],
) -> None:
    first, second = (things(BODIES[1], np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(first.centres, second.centres)
    for lateral in (False, True):
        assert Detector(224, SMALLER, lateral).thickness(first).max() > 0.1
