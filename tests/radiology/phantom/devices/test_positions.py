"""Each position against the geometry: where the tip is, in millimetres, in bodies of all builds."""

from __future__ import annotations

import numpy as np
import pytest

from radiology.phantom.devices.drains import HOLE, chest_tube_course
from radiology.phantom.devices.draw import CHANCES
from radiology.phantom.devices.implants import chambers, lead_course, seat
from radiology.phantom.devices.lines import central_line_course, pulmonary_course
from radiology.phantom.devices.strand import from_tip
from radiology.phantom.devices.surface import front
from radiology.phantom.devices.tubes import endotracheal_course, gastric_course
from radiology.phantom.devices.veins import atrium, cava, junction
from radiology.phantom.devices.wires import bone, centres
from radiology.phantom.geometry import Array
from radiology.phantom.language.places import ABOVE_CARINA, BOTH_LEADS, POSITIONS
from radiology.phantom.lesion import Lesion
from radiology.phantom.thorax import SIDES, SIGN, Body
from radiology.study import Side
from tests.radiology.phantom.devices.anatomy import bodies, within

BODIES = bodies()
COURSES = {
    "endotracheal_tube": endotracheal_course,
    "gastric_tube": gastric_course,
    "central_line": central_line_course,
    "pulmonary_artery_catheter": pulmonary_course,
    "chest_tube": chest_tube_course,
}


def lesion(name: str, position: str, side: Side | None = None, extent: float = 0.5, seed: int = 0) -> Lesion:
    return Lesion(name, side, extent, 0.6, seed, position=position)


def tip(device: Lesion, body: Body) -> Array:
    path: Array = COURSES[device.name](device, body, np.random.default_rng(device.seed))
    return np.asarray(path[-1])


def in_atrium(point: Array, body: Body) -> bool:
    middle, radii = atrium(body)
    return bool((((point - middle) / radii) ** 2).sum() < 1)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("cm", "text"), list(ABOVE_CARINA.items())[:8])
def test_an_endotracheal_tube_is_as_high_as_it_says(body: Body, cm: int, text: str) -> None:
    end = tip(lesion("endotracheal_tube", text), body)
    assert (body.carina[1] - end[1]) * body.who.scale == pytest.approx(10 * cm)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_tube_too_deep_lies_in_the_middle_of_that_bronchus(body: Body, side: Side, seed: int) -> None:
    end = tip(lesion("endotracheal_tube", f"{side} main bronchus", seed=seed), body)
    start, bend, last = body.bronchus(side)
    share = np.linspace(0, 1, 200)[:, None]
    middle = np.concatenate([start + share * (bend - start), bend + share * (last - bend)])
    assert np.linalg.norm(middle - end, axis=1).min() < 0.5
    assert end[1] > body.carina[1] + 8


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("extent", [0.05, 0.95])
@pytest.mark.parametrize("name", ["endotracheal_tube", "gastric_tube"])
def test_the_esophagus_lies_between_windpipe_and_spine(body: Body, extent: float, name: str) -> None:
    end = tip(lesion(name, "esophagus", extent=extent), body)
    assert np.interp(end[1], body.trachea[:, 1], body.trachea[:, 2]) < end[2] < body.back(end[1])
    assert end[1] < body.dome(Side.LEFT) - 5


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("extent", [0.1, 0.9])
def test_the_stomach_is_under_the_left_dome(body: Body, extent: float) -> None:
    end = tip(lesion("gastric_tube", "stomach", extent=extent), body)
    assert within(body.dome_solids(Side.LEFT), end)
    assert end[0] > 0


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", SIDES)
def test_a_bronchus_of_the_lower_lobe_is_behind_the_fissure(body: Body, side: Side) -> None:
    end = tip(lesion("gastric_tube", f"{side} lower lobe bronchus"), body)
    _, height, depth = body.size
    assert within(body.lung(side), end)
    assert not within(body.dome_solids(side), end)
    assert 0.62 * (end[1] / height - 22) + 0.78 * (end[2] / depth + 2) > 0


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("extent", "seed"), [(0.02, 1), (0.98, 2)])
def test_central_lines_end_where_they_say(body: Body, side: Side, extent: float, seed: int) -> None:
    ends = {p: tip(lesion("central_line", p, side, extent, seed), body) for p in POSITIONS["central_line"]}
    level, sign = junction(body), SIGN[side]
    assert ends["superior vena cava"][1] < level - 13
    assert ends["superior vena cava"][0] == pytest.approx(cava(body)[0])
    assert abs(ends["cavoatrial junction"][1] - level) <= 5
    assert in_atrium(ends["right atrium"], body)
    assert ends["right atrium"][1] > level + 10
    assert within(body.heart, ends["right ventricle"])
    assert ends["right ventricle"][0] > atrium(body)[0][0]
    assert ends["brachiocephalic vein"][1] < ends["superior vena cava"][1]
    assert sign * ends["subclavian vein"][0] > 30 * body.who.width
    assert ends["jugular vein"][1] < ends["subclavian vein"][1]


@pytest.mark.parametrize("body", BODIES)
def test_a_pulmonary_catheter_goes_round_through_the_ventricle(body: Body) -> None:
    end = tip(lesion("pulmonary_artery_catheter", "pulmonary artery", Side.RIGHT), body)
    assert np.linalg.norm(end - body.hilum(Side.RIGHT)) < 20
    low = tip(lesion("pulmonary_artery_catheter", "right ventricle", Side.RIGHT), body)
    assert within(body.heart, low)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extent", [0.0, 1.0])
@pytest.mark.parametrize("position", list(CHANCES["chest_tube"]))
def test_a_chest_tube_and_its_side_hole_are_inside_the_lung_or_both_outside(
    body: Body, side: Side, extent: float, position: str
) -> None:
    path = chest_tube_course(lesion("chest_tube", position, side, extent), body, np.random.default_rng(0))
    outside = position == "chest wall"
    assert within(body.lung(side), path[-1]) is not outside
    assert all(within(body.lung(side), point) is not outside for point in from_tip(path, *HOLE))
    assert within(body.skin(True), path[-1])
    if position == "apex":
        assert path[-1][1] < -80 * body.who.height
    if position == "base":
        assert body.dome(side) - 30 < path[-1][1] < body.dome(side)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", SIDES)
def test_leads_end_in_their_chambers(body: Body, side: Side) -> None:
    device = lesion("pacemaker", BOTH_LEADS, side, seed=5)
    assert chambers(device) == ("right atrium", "right ventricle")
    can = seat(device, body)
    ends = {
        chamber: lead_course(chamber, device, body, can)[-1] for chamber in (*chambers(device), "superior vena cava")
    }
    assert in_atrium(ends["right atrium"], body)
    assert within(body.heart, ends["right ventricle"])
    assert ends["right ventricle"][0] > atrium(body)[0][0] + 10
    assert ends["superior vena cava"][1] < junction(body) - 10
    assert SIGN[side] * can.middle[0] > 0
    assert within(body.skin(True), can.middle)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("count", [4, 7])
def test_sternal_wires_are_counted_and_stay_under_the_skin(body: Body, count: int) -> None:
    middles = centres(Lesion("sternal_wires", None, 0.5, 0.6, 3, count=count), body)
    assert len(middles) == count
    assert (np.diff(middles[:, 1]) > 10 * body.who.height).all()
    assert all(front(body.skin(True), 0, y) < bone(body, y)[2] - 11 for y in middles[:, 1])
