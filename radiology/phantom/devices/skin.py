"""What lies on the skin and is no finding: electrodes with their wires, buttons, a necklace.

The weights are attenuation per mm, so `Detector.thickness` of them is what they add to the beam.
"""

from __future__ import annotations

import numpy as np

from radiology.phantom.devices.strand import curve
from radiology.phantom.devices.surface import drape, outward
from radiology.phantom.geometry import Array, Solids, chain, ellipsoid, facing, join, oriented
from radiology.phantom.thorax import Body
from radiology.study import Projection

SNAP, PATCH, WIRE, BUTTON, GOLD = 0.35, 0.02, 0.12, 0.09, 0.4
SITES = ((-98, -104), (98, -104), (-104, 74), (104, 74), (22, -12), (58, 48), (84, 40))
"""Where electrodes are stuck, mm of an average adult: below the collar bones, the flanks, and over the heart."""


def clutter(body: Body, projection: Projection, rng: np.random.Generator) -> Solids:
    """What this film happens to have on it: monitoring on half of the portables, now and then buttons or a necklace."""
    parts = [ellipsoid((0, 0, 0), (1, 1, 1), weight=0)]
    chances = (0.5 if projection is Projection.AP else 0.08, 0.05, 0.06)
    for chance, made in zip(chances, (electrodes, buttons, necklace), strict=True):
        if rng.random() < chance:
            parts.append(made(body, rng))
    return join(parts)


def electrodes(body: Body, rng: np.random.Generator) -> Solids:
    """Three to five snaps on their patches, each with a wire that leaves the film at its lower edge."""
    skin, sites = body.skin(True), np.array(SITES) * body.size[:2]
    chosen = rng.permutation(len(sites))[: int(rng.integers(3, 6))]
    parts = []
    for flat in sites[chosen] + rng.normal(0, 8, (len(chosen), 2)):
        parts += [_disc(skin, flat, 5.0, 1.6, SNAP), _disc(skin, flat, rng.uniform(13, 18), 0.9, PATCH)]
        parts.append(chain(_lead(skin, flat, rng), 0.8, WIRE))
    return join(parts)


def _disc(skin: Solids, flat: Array, radius: float, thick: float, weight: float) -> Solids:
    """A coin on the skin."""
    at = drape(skin, flat[None], thick)[0]
    return oriented(at, (radius, radius, thick), facing(outward(skin, *flat)), weight)


def _lead(skin: Solids, flat: Array, rng: np.random.Generator) -> Array:
    """[N, 3] a wire that wanders from a snap to below the film."""
    heights = np.linspace(flat[1], 185, 5)
    across = flat[0] + np.concatenate([[0], np.cumsum(rng.normal(0, 11, 4))])
    return curve(drape(skin, np.stack([across, heights], 1), 3), step=7)


def buttons(body: Body, rng: np.random.Generator) -> Solids:
    """A row of shirt buttons down the middle, some 80 mm apart."""
    skin, gap = body.skin(True), rng.uniform(65, 95)
    heights = np.arange(rng.uniform(-90, -60), 150, gap)
    across = rng.normal(0, 3, len(heights)) + rng.normal(0, 12)
    return join([_disc(skin, np.array(flat), 5.5, 1.5, BUTTON) for flat in zip(across, heights, strict=True)])


def necklace(body: Body, rng: np.random.Generator) -> Solids:
    """A fine chain round the neck and a pendant at its lowest point."""
    low, half = rng.uniform(-96, -50) * body.who.height, rng.uniform(38, 48)
    turn = np.linspace(-1, 1, 9)
    flat = np.stack([half * turn, low - (low + 150) * np.abs(turn) ** 1.6], axis=1)
    path = curve(drape(body.skin(True), flat, 2), step=6)
    lowest = path[np.argmax(path[:, 1])] + np.array([0, 5, 0])
    return chain(path, 0.8, GOLD) + ellipsoid(lowest, (3.5, rng.uniform(4, 8), 1.2), weight=GOLD)
