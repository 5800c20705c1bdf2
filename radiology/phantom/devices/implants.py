"""Pacemakers: a can under the collar bone and one or two leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radiology.phantom.devices.strand import DENSEST, Strand, curve, from_tip, trace
from radiology.phantom.devices.surface import front, outward
from radiology.phantom.devices.tubes import gain
from radiology.phantom.devices.veins import apex, atrium, brachiocephalic, down_cava, in_atrium, junction, subclavian
from radiology.phantom.geometry import Array, Solids, join, oriented
from radiology.phantom.language.places import BOTH_LEADS
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import SIGN, Body
from radiology.study import Side

LEAD, RING, CAN = 0.34, 0.5, 2.0
"""Attenuation per mm of a lead, of the electrodes at its tip, and of the can."""
CASE = np.float32(1.5)
"""Attenuation of the can's flat face: nearly all is stopped, whatever its thickness."""
CHAMBERS = {BOTH_LEADS: ("right atrium", "right ventricle")}
"""Positions that name more than one chamber."""


def chambers(lesion: Lesion) -> tuple[str, ...]:
    """Where each lead ends."""
    return CHAMBERS.get(lesion.position or "", (lesion.position or "right ventricle",))


@dataclass(frozen=True)
class Can:
    """The middle of the can, and its axes [3, 3] as columns: along its long side, up, and out of the chest."""

    middle: Array
    axes: Array

    @property
    def solids(self) -> Solids:
        """Flat with a squarish outline: four ellipsoids at its corners."""
        corners = [self.middle + self.axes @ [s * 5, t * 4, 0] for s in (-1, 1) for t in (-1, 1)]
        return join([oriented(corner, (17, 15, 4), self.axes, CAN) for corner in corners])

    def at(self, places: Sequence[Sequence[float]] | Array) -> Array:
        """[N, 3] where `places` [N, 3], told along the can's axes, lie in the body."""
        return np.asarray(self.middle + np.asarray(places) @ self.axes.T)


def seat(lesion: Lesion, body: Body) -> Can:
    """Between skin and chest muscle, below the collar bone of the lesion's side."""
    rng, trunk = np.random.default_rng([lesion.seed, 1]), body.trunk(True)
    x = SIGN[lesion.side or Side.LEFT] * rng.uniform(84, 102) * body.who.width
    y, turn = rng.uniform(-86, -66) * body.who.height, rng.uniform(-0.5, 0.5)
    normal, first = outward(trunk, x, y), np.array([np.cos(turn), np.sin(turn), 0.0])
    first -= normal * (first @ normal)
    first /= np.linalg.norm(first)
    middle = np.array([x, y, max(front(trunk, x, y) - 5, front(body.skin(True), x, y) + 5)])
    return Can(middle, np.stack([first, np.cross(normal, first), normal], axis=1))


def lead_course(chamber: str, lesion: Lesion, body: Body, can: Can) -> Array:
    """[N, 3] one lead from its connector round the can and through the veins; that of the atrium turns up as a J."""
    rng = np.random.default_rng([lesion.seed, 2 + len(chamber)])
    side, (middle, radii) = lesion.side or Side.LEFT, atrium(body)
    sign = SIGN[side]
    coil = np.array([[28, 2, -1], [20, -21, -4], [-4, -26, -4], [-25, -8, -4], [-20, 22, -2]]) * [sign, 1, 1]
    turns = np.concatenate([[[14 * sign, 19, 0]], coil + rng.normal(0, 1.5, coil.shape) * [1, 1, 0]])
    way = [can.at(turns), subclavian(body, side)[1:], brachiocephalic(body, side)]
    if chamber == "superior vena cava":
        return curve(np.concatenate([*way, down_cava(body, rng.uniform(-50, -30) * body.who.height)]))
    way.append(down_cava(body, junction(body)))
    if chamber == "right atrium":
        hook = middle + radii * np.array([[-0.5, 0.1, -0.25], [-0.4, 0.18, -0.5], [-0.28, -0.25, -0.65]])
        return curve(np.concatenate([*way, hook]))
    low = middle + radii * np.array([0.3, 0.5, -0.2])
    tip = apex(body, rng.uniform(0.45, 0.6))
    return curve(np.concatenate([*way, in_atrium(body, 0.1)[None], low[None], tip[None]]))


def pacemaker(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Can, connectors, leads and the electrodes at their tips, as one component."""
    body, detector, strong = scene.body, scene.detector, gain(lesion)
    can = seat(lesion, body)
    strands = [Strand(can.at([[-14, 19, 0], [14, 19, 0]]), 4.0, 0.05 * strong)]
    for chamber in chambers(lesion):
        path = lead_course(chamber, lesion, body, can)
        strands.append(Strand(path, 0.8, LEAD * strong))
        strands += [Strand(from_tip(path, *ring), 1.2, RING * strong) for ring in ((0, 3), (9, 13))]
    case = np.minimum(detector.thickness(can.solids), CASE) * np.float32(0.7 + 0.3 * lesion.contrast)
    return [np.minimum(case + trace(detector, strands), DENSEST)]
