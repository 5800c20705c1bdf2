"""Shapes that several findings are made of."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Array, Solids, chain, ellipsoid, join
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.thorax import SIDES, SIGN, Body
from radiology.study import Side

HEIGHTS = {
    "upper zone": (-95.0, -52.0),
    "mid zone": (-38.0, 8.0),
    "lower zone": (20.0, 58.0),
    "apex": (-122.0, -104.0),
    "base": (48.0, 66.0),
    "hilum": (-10.0, 12.0),
}
"""Place -> heights in mm of an average adult, y down."""
LOBES = {
    "upper lobe": (0.55, -62.0, -8.0),
    "middle lobe": (0.38, 38.0, -40.0),
    "lingula": (0.5, 38.0, -36.0),
    "lower lobe": (0.48, 48.0, 40.0),
    "retrocardiac": (0.26, 48.0, 44.0),
}
"""The middle of each lobe: share of the way to the wall, y and z in mm of an average adult."""

CANDIDATES = 12
"""Places tried for each further nodule, so that they can be counted."""


def sides_of(lesion: Lesion) -> tuple[Side, ...]:
    """The sides a lesion is drawn on: both where it has none."""
    return SIDES if lesion.side in (None, Side.BILATERAL) else (lesion.side,)


def spot(lesion: Lesion, side: Side, body: Body, rng: np.random.Generator) -> Array:
    """A point of the place that the lesion lies in."""
    if lesion.location in LOBES:
        across, y, z = LOBES[lesion.location]
        return body.place(side, across + rng.uniform(-0.06, 0.1), y + rng.uniform(-8, 8), z + rng.uniform(-6, 6))
    low, high = HEIGHTS.get(lesion.location or "", (-70.0, 50.0))
    across = rng.uniform(0.28, 0.36) if lesion.location == "hilum" else rng.uniform(0.42, 0.8)
    return body.place(side, across, rng.uniform(low, high), rng.uniform(-40, 40))


def spots(lesion: Lesion, side: Side, body: Body, rng: np.random.Generator) -> list[Array]:
    """A point for each of the lesion's `count`, each the farthest of some from those before it on a frontal film."""
    chosen = [spot(lesion, side, body, rng)]
    while len(chosen) < (lesion.count or 1):
        tried = [spot(lesion, side, body, rng) for _ in range(CANDIDATES)]
        chosen.append(max(tried, key=lambda at: min(float(np.hypot(*(at - other)[:2])) for other in chosen)))
    return chosen


def drops(centre: Array, spread: float, radius: float, rng: np.random.Generator, count: int = 11) -> Solids:
    """A cluster of overlapping ellipsoids."""
    places = centre + rng.normal(0, spread, (count, 3)) * [1.0, 0.9, 1.0]
    return join([ellipsoid(p, radius * rng.uniform(0.6, 1.2, 3), tilt=rng.uniform(0, np.pi)) for p in places])


def ball(centre: Array, radius: float, rng: np.random.Generator) -> Solids:
    """A nearly round ball of tissue that fades at its edge: half of it a little smaller."""
    radii = radius * rng.uniform(0.94, 1.06, 3)
    return ellipsoid(centre, radii, weight=0.6) + ellipsoid(centre, radii * 0.8, weight=0.4)


def net(places: Array, length: float, radius: float, rng: np.random.Generator) -> Solids:
    """Short strands in all directions around `places` [N, 3]."""
    parts = []
    for place in places:
        ends = place + rng.normal(0, length, (3, 3))
        parts.append(chain(ends, radius))
    return join(parts)


def scaled(solids: Solids, share: float, about: Array) -> Solids:
    """The same solids drawn in towards a point."""
    return Solids(about + (solids.centres - about) * share, solids.matrices / share**2, solids.weights)


def thinner(solids: Solids, by: float) -> Solids:
    """The same solids with `by` mm less to each side, front and back; heights stay."""
    matrices = solids.matrices.copy()
    for axis in (0, 2):
        radius = 1 / np.sqrt(matrices[:, axis, axis])
        share = radius / np.maximum(radius - by, 1.0)
        matrices[:, axis, :] *= share[:, None]
        matrices[:, :, axis] *= share[:, None]
    return Solids(solids.centres, matrices, solids.weights)


def down(by: float) -> Array:
    """[3] a step of `by` mm towards the feet."""
    return np.array([0.0, by, 0.0])


def outward(side: Side) -> float:
    """-1 on the right, 1 on the left: the sign of x away from the midline."""
    return SIGN[side]


def scale_of(scene: Scene) -> float:
    """Model millimetres are an adult's: what is measured in real millimetres is divided by this."""
    return scene.body.who.scale
