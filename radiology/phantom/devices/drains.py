"""Chest tubes: a drain through the flank, its stripe interrupted at the last side hole."""

from __future__ import annotations

import numpy as np

from radiology.phantom.devices.strand import Strand, curve, from_tip, trace
from radiology.phantom.devices.tubes import PLASTIC, STRIPE, gain
from radiology.phantom.geometry import Array
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import SIGN, Body
from radiology.study import Side

HOLE = (34.0, 42.0)
"""mm from the tip: the gap of the stripe at the last side hole."""


def chest_tube_course(lesion: Lesion, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] from outside the flank to the tip at the apex or base, in the oblique fissure or the chest wall."""
    side = lesion.side or Side.RIGHT
    sign, (w, h, _) = SIGN[side], body.size
    entry = (10 + 30 * lesion.extent) * h
    if lesion.position == "base":
        entry = min(entry, body.dome(side) - 60)
    skin = 150 * w * (1 + body.who.fat / 120) + 6
    inside = np.array(_inside(lesion.position, side, body, entry, rng))
    deep = inside[0, 2]
    outside = [[sign * (skin + 60), entry + 38, deep - 6], [sign * skin, entry + 12, deep - 2]]
    return curve(np.concatenate([outside, inside * [sign, 1, 1]]))


def _inside(position: str | None, side: Side, body: Body, entry: float, rng: np.random.Generator) -> list[list[float]]:
    """The way from the wall to the tip, x away from the midline."""
    w, h, d = body.size
    through = [body.wall(entry) + 2, entry, 2 * d]
    if position == "chest wall":
        up = [entry - 30, entry - 60 - 25 * rng.random()]
        return [[body.wall(entry) + 12 * w, entry - 4, 0], *[[body.wall(y) + 10 * w, y, 4 * d] for y in up]]
    if position == "base":
        deep = body.dome(side) - rng.uniform(2, 10)
        return [through, [body.wall(deep) - 22 * w, deep - 22, 22 * d], [(74 - 16 * rng.random()) * w, deep, 46 * d]]
    if position == "fissure":
        heights = [entry, entry - 16, entry - 34 - 8 * rng.random()]
        across = [body.wall(entry), 88 * w, (52 - 8 * rng.random()) * w]
        return [[x, y, _oblique(y, body)] for x, y in zip(across, heights, strict=True)]
    high = -94 - 16 * rng.random()
    bend = [[body.wall(entry - 32) - 12, entry - 32, 14 * d], [body.wall(-62 * h) - 15, -62 * h, 18 * d]]
    return [through, *bend, [(50 - 10 * rng.random()) * w, high * h, 14 * d]]


def _oblique(y: float, body: Body) -> float:
    """Depth of the oblique fissure at height y: the plane that bounds the lower lobe."""
    _, h, d = body.size
    return float((-2 - (y / h - 22) * 0.62 / 0.78) * d)


def chest_tube(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A wide tube with a dense stripe that has a gap at the side hole."""
    path, strong = chest_tube_course(lesion, scene.body, rng), gain(lesion)
    wall = Strand(path, rng.uniform(3.6, 4.8), strong * PLASTIC, hollow=3.0)
    stripe = [Strand(from_tip(path, *ends), 1.1, strong * STRIPE) for ends in ((0, HOLE[0]), (HOLE[1], 1e4))]
    return [trace(scene.detector, [wall, *stripe])]
