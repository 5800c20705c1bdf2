"""Sternotomy wires: loops round the breast bone, each twisted shut in front of it."""

from __future__ import annotations

import numpy as np

from radiology.phantom.devices.strand import Strand, trace
from radiology.phantom.devices.surface import front
from radiology.phantom.devices.tubes import gain
from radiology.phantom.geometry import Array
from radiology.phantom.language.places import BROKEN
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import Scene
from radiology.phantom.spans import Map
from radiology.phantom.thorax import Body

STEEL = 0.9
"""Attenuation per mm of a wire of 1 mm."""
TOP, BOTTOM = -94.0, 34.0
"""Heights of the first and the last loop, mm of an average adult."""
DEEP = 11.5
"""A loop and its twist stay under the skin: mm from there to its middle, at least."""


def bone(body: Body, y: float) -> Array:
    """The middle of the breast bone at height y."""
    level = y / body.who.height
    behind = np.interp(level, [-100, -66, 40], [-80, -89, -96]) * body.who.depth
    return np.array([0.0, y, max(behind, front(body.skin(True), 0.0, y) + DEEP)])


def centres(lesion: Lesion, body: Body) -> Array:
    """[count, 3] the middle of each loop, from the top."""
    rng = np.random.default_rng([lesion.seed, 1])
    heights = np.linspace(TOP, BOTTOM, lesion.count or 6) + rng.normal(0, 2, lesion.count or 6)
    return np.array([bone(body, y * body.who.height) for y in heights])


def loop(middle: Array, body: Body, rng: np.random.Generator) -> Array:
    """[N, 3] one loop, from its twist round the bone and back to it."""
    wide, deep = rng.uniform(11, 15) * body.who.width, rng.uniform(7, 8.5)
    lean, sag, start = rng.normal(0, 0.1), rng.uniform(2, 4.5) * rng.choice([-1, 1]), rng.uniform(-0.5, 0.5)
    turn = np.linspace(0, 2 * np.pi, 61) + start - np.pi / 2
    x = wide * np.cos(turn)
    return np.asarray(middle + np.stack([x, lean * x - sag * np.sin(turn), deep * np.sin(turn)], axis=1))


def twist(start: Array, rng: np.random.Generator) -> Array:
    """[N, 3] the two ends wound round each other: a short helix, bent down or to a side."""
    length, lean = rng.uniform(8, 12), rng.normal(0, 0.9)
    along = np.linspace(0, length, 40)
    swing = 1.1 * np.cos(along * 2 * np.pi / 3)
    away = np.array([np.sin(lean), np.cos(lean), 0.0])
    across = np.array([np.cos(lean), -np.sin(lean), 0.0])
    return np.asarray(start + along[:, None] * away + swing[:, None] * across - [0, 0, 1.2])


def sternal_wires(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """One component for all loops, as they are read; a broken wire gapes and its ends stand apart."""
    strong, middles = gain(lesion) * STEEL, centres(lesion, scene.body)
    broken = int(rng.integers(1, len(middles) - 1)) if lesion.position == BROKEN else -1
    strands: list[Strand] = []
    for number, middle in enumerate(middles):
        path = loop(middle, scene.body, rng)
        knot = twist(path[0], rng)
        parts = _torn(path) if number == broken else (path,)
        strands += [*(Strand(part, 0.5, strong) for part in parts), Strand(knot, 0.9, 0.5 * strong)]
    return [trace(scene.detector, strands)]


def _torn(path: Array) -> tuple[Array, Array]:
    """The two parts of a loop that broke at one edge of the bone."""
    first, second = path[: int(0.2 * len(path))], path[int(0.36 * len(path)) :]
    bend = np.linspace(0, 1, len(first))[:, None] ** 2 * [0, 7.0, -2.0]
    return first + bend, second
