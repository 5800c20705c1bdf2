"""Fluid, free air, thickening and what pushes through or lies under the diaphragm."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from radiology.phantom.geometry import FIELD_MM, Solids, ellipsoid, facing, oriented
from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology.shapes import down, outward, scaled, sides_of, thinner
from radiology.phantom.scene import AERATED, LUNG, OBLIQUE, TISSUE, Scene
from radiology.phantom.spans import Map, behind, hull, overlap
from radiology.phantom.thorax import Body
from radiology.study import Side

LAYERS = (0.0, 1.5, 3.0, 5.0, 7.5, 10.5, 14.0, 19.0, 26.0)
"""Depth in mm from the chest wall of the shells in which fluid climbs to different heights."""


def angle_of(body: Body, side: Side) -> float:
    """Y of the costophrenic angle: where the diaphragm meets the flank."""
    dome = body.dome_solids(side)
    for y in np.arange(body.dome(side), 175 * body.who.height, 2.0):
        offset = np.array([outward(side) * (body.wall(float(y)) - 3), y, 0.0]) - dome.centres[0]
        if offset @ dome.matrices[0] @ offset < 1:
            return float(y)
    return 175 * body.who.height


def effusion(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Fluid below a level that climbs along the wall, the meniscus; or a lens of it in a fissure."""
    draw = _fissural if lesion.location == "fissure" else _free_fluid
    return [draw(lesion, scene, side) for side in sides_of(lesion)]


def _fissural(lesion: Lesion, scene: Scene, side: Side) -> Map:
    thick = 4 + 11 * lesion.extent
    centre = np.array([outward(side) * 68, 22.0, -2.0]) * scene.body.size
    lens = oriented(centre, (38 + 16 * lesion.extent, 30 + 14 * lesion.extent, thick), facing(OBLIQUE))
    return AERATED * np.float32(0.5 + 0.5 * lesion.contrast) * scene.inside(side, lens)


def level_of(lesion: Lesion, body: Body, side: Side) -> float:
    """Y of the fluid's level away from the wall: blunting lies under the angle, massive fluid reaches the apex."""
    angle = angle_of(body, side)
    return float(angle + 10 - (angle + 10 + 118 * body.who.height) * lesion.extent**1.3)


def _free_fluid(lesion: Lesion, scene: Scene, side: Side) -> Map:
    """Shell by shell from the wall inwards, each filled up to its own height."""
    lung, level = scene.body.lung(side), level_of(lesion, scene.body, side)
    climb = 14 + 50 * min(1.0, 2.5 * lesion.extent)
    total = np.zeros_like(scene.free[side])
    shells = [hull(scene.detector, thinner(lung, depth)) for depth in LAYERS]
    for index, depth in enumerate(LAYERS):
        below = behind(scene.detector, (0, level - climb * np.exp(-depth / 9), 0), (0, -1, 0))
        part = (shells[index] & below).length
        if index + 1 < len(LAYERS):
            part = np.maximum(part - (shells[index + 1] & below).length, 0)
        total += part
    unit = scene.detector.size / FIELD_MM
    total = gaussian_filter(total, (3.5 * unit, 1.5 * unit), truncate=2.5)
    share = scene.core[side] / np.maximum(scene.lungs[side].length, 1)
    return np.asarray(AERATED * np.float32(0.55 + 0.45 * lesion.contrast) * total * share, np.float32)


def kept_lung(lesion: Lesion, body: Body) -> Solids:
    """What a pneumothorax leaves of the lung: drawn down from the apex while small, towards the hilum when large."""
    assert lesion.side is not None
    low = 1 - lesion.extent
    about = body.hilum(lesion.side) + np.array([outward(lesion.side) * 8, 78 * low**0.5, 0])
    return scaled(body.lung(lesion.side), 0.945 - 0.4 * lesion.extent, about)


def pneumothorax(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Air without any lung in it outside the visceral pleura, which shows as a line."""
    assert lesion.side is not None
    side, kept = lesion.side, scene.kept[lesion.side]
    outer = hull(scene.detector, kept).length
    inner = hull(scene.detector, thinner(kept, 0.7)).length
    gap = (outer < scene.lungs[side].length - 1) & (scene.free[side] > 1)
    line = np.clip(outer - inner, 0, 9) * gap
    gain = np.float32(0.6 + 0.4 * lesion.contrast)
    air = np.maximum(scene.free[side] - scene.core[side], 0)
    return [np.float32(-TISSUE * LUNG) * air + gain * np.float32(TISSUE * 0.9) * line]


def thickening(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A cap of the apex or a sheet along the flank; both thin out towards their ends."""
    gain = AERATED * np.float32(0.45 + 0.5 * lesion.contrast)
    return [gain * (_cap if lesion.location == "apex" else _sheet)(lesion, scene, side) for side in sides_of(lesion)]


def _cap(lesion: Lesion, scene: Scene, side: Side) -> Map:
    """The top of the lung that stays when the lung is moved down by the cap's thickness."""
    lung, fall = scene.body.lung(side), 8 + 16 * lesion.extent
    moved = Solids(lung.centres + down(fall), lung.matrices, lung.weights)
    cap = hull(scene.detector, lung).length - hull(scene.detector, moved).length
    return np.asarray(np.clip(cap, 0, scene.core[side]), np.float32)


def _sheet(lesion: Lesion, scene: Scene, side: Side) -> Map:
    low = 46 if lesion.location == "base" else 4
    tall = (22 if lesion.location == "base" else 34) + 40 * lesion.extent
    sheet = ellipsoid(scene.body.place(side, 1.0, low, 4), (8 + 11 * lesion.extent, tall, 34 + 30 * lesion.extent))
    return scene.inside(side, sheet)


def hernia(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Stomach behind the heart: a round wall with air above fluid."""
    body, size = scene.body, 20 + 18 * lesion.extent
    low = min(body.dome(Side.RIGHT), body.dome(Side.LEFT))
    centre = np.array([6 + body.middle(low), low - 0.25 * size, 36 * body.who.depth])
    pouch = ellipsoid(centre, (size * 1.15, size, size * 0.9))
    part = AERATED * np.float32(0.8) * (scene.inside(Side.LEFT, pouch) + scene.inside(Side.RIGHT, pouch))
    gas = ellipsoid(centre - down(0.3 * size), np.array([0.85, 0.5, 0.65]) * size)
    return [part - np.float32(TISSUE * (0.4 + 0.5 * lesion.contrast)) * overlap(scene.detector, gas)]


def free_air(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A crescent of air between the dome and the organs under it; `side` has it, or both."""
    parts = []
    for side in sides_of(lesion):
        dome = scene.body.dome_solids(side)
        outer = Solids(dome.centres + down(2.6), dome.matrices, dome.weights)
        fall = 8 + 15 * lesion.extent
        under = Solids(dome.centres + down(fall), thinner(dome, -2.2 * fall).matrices, dome.weights)
        gap = hull(scene.detector, outer).length - hull(scene.detector, under).length
        gain = -TISSUE * (0.65 + 0.35 * lesion.contrast)
        parts.append(np.float32(gain) * np.clip(gap, 0, 90))
    return parts
