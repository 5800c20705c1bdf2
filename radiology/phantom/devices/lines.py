"""Venous catheters: central lines and those of the pulmonary artery."""

from __future__ import annotations

import numpy as np

from radiology.phantom.devices.strand import Strand, curve, trace
from radiology.phantom.devices.tubes import gain
from radiology.phantom.devices.veins import (
    apex,
    atrium,
    brachiocephalic,
    down_cava,
    in_atrium,
    jugular,
    junction,
    subclavian,
)
from radiology.phantom.geometry import Array
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import Body
from radiology.study import Side

CATHETER = 0.17
"""Attenuation per mm of a radio-opaque catheter."""


def central_line_course(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] by the subclavian or jugular vein of the lesion's side; a tip in the jugular came by the subclavian."""
    side = lesion.side or Side.RIGHT
    arm = subclavian(body, side)
    if lesion.position == "jugular vein":
        neck = jugular(body, side)[::-1]
        return curve(np.concatenate([arm, neck[:2], neck[1:2] - [0, rng.uniform(8, 14) * body.who.height, 0]]))
    if lesion.position == "subclavian vein":
        return curve(np.concatenate([arm[:1], arm[1:] + np.array([0, rng.uniform(-1, 1), 0])]))
    start = jugular(body, side) if rng.random() < 0.55 else arm
    inward = brachiocephalic(body, side)
    if lesion.position == "brachiocephalic vein":
        return curve(np.concatenate([start, inward[: len(inward) - 1]]))
    return curve(np.concatenate([start, inward, _central(lesion, body, rng)]))


def _central(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """From the brachiocephalic veins on: `extent` sets how deep."""
    end = junction(body)
    if lesion.position == "superior vena cava":
        high = -62 * body.who.height
        return down_cava(body, high + lesion.extent * (end - 14 - high))
    if lesion.position == "cavoatrial junction":
        return down_cava(body, end + rng.uniform(-5, 5))
    floor = -0.1 + 0.45 * lesion.extent
    if lesion.position == "right atrium":
        return np.concatenate([down_cava(body, end), in_atrium(body, floor)[None]])
    return np.concatenate([down_cava(body, end), in_atrium(body, 0.1)[None], _to_ventricle(body, 0.3)])


def _to_ventricle(body: Body, share: float) -> Array:
    """[2, 3] across the tricuspid valve."""
    middle, radii = atrium(body)
    return np.stack([middle + radii * [0.45, 0.42, -0.3], apex(body, share)])


def central_line(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """An even, dense line of about 2.4 mm."""
    path = central_line_course(lesion, scene.body, rng)
    return [trace(scene.detector, [Strand(path, rng.uniform(1.0, 1.4), gain(lesion) * CATHETER)])]


def pulmonary_course(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] by the jugular vein through the right heart, and round into a pulmonary artery near the hilum."""
    side = lesion.side or Side.RIGHT
    heart = np.concatenate([down_cava(body, junction(body)), in_atrium(body, 0.1)[None], _to_ventricle(body, 0.1)])
    way = [jugular(body, side), brachiocephalic(body, side), heart]
    if lesion.position == "pulmonary artery":
        w, h, d = body.size
        trunk = np.array([[17 * w + body.shift, -2 * h, -24 * d], [15 * w + body.shift, -24 * h, -6 * d]])
        target = body.hilum(Side.RIGHT) + np.array([rng.uniform(4, 12), -3 * h, 0])
        way += [trunk, np.array([[-2 + body.shift, -26 * h, 6 * d], target])]
    return curve(np.concatenate(way))


def pulmonary_artery_catheter(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A thin, even line."""
    path = pulmonary_course(lesion, scene.body, rng)
    return [trace(scene.detector, [Strand(path, rng.uniform(1.0, 1.3), gain(lesion) * CATHETER)])]
