"""Lung vessels: trees that fork from each hilum, wider and more numerous towards the base, as gravity has it."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Array, Solids, join
from radiology.phantom.thorax import SIGN, Body
from radiology.study import Side

TRUNKS = 10
GENERATIONS = 4
SEGMENTS = 4


def _tubes(points: Array, radius: Array) -> Solids:
    """V vessels along `points` [V, P, 3], tapering from `radius` [V] to seven tenths of it."""
    step = np.diff(points, axis=1).reshape(-1, 3)
    length = np.linalg.norm(step, axis=1)
    along = step / length[:, None]
    thin = 1 / np.square(np.outer(radius, np.linspace(1, 0.72, SEGMENTS)).ravel())
    outer = along[:, :, None] * along[:, None, :]
    matrices = thin[:, None, None] * (np.eye(3) - outer) + (1 / np.square(0.75 * length))[:, None, None] * outer
    centres = ((points[:, :-1] + points[:, 1:]) / 2).reshape(-1, 3)
    return Solids(centres, matrices, np.ones(len(length)))


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def vessels(body: Body, side: Side, thickness: float = 1.0) -> Solids:
    """The tree of one lung, each vessel forking in two; `thickness` above 1 is congestion."""
    rng = np.random.default_rng([body.who.seed, int(side is Side.LEFT)])
    angle = np.linspace(-1.3, 1.45, TRUNKS) + rng.normal(0, 0.08, TRUNKS)
    heading = _unit(np.stack([SIGN[side] * np.cos(angle), np.sin(angle), rng.normal(0, 0.45, TRUNKS)], axis=1))
    radius, length = (2.5 + 0.7 * np.sin(angle)) * thickness, rng.uniform(26, 38, TRUNKS)
    start = np.tile(body.hilum(side), (TRUNKS, 1))
    along = np.linspace(0, 1, SEGMENTS + 1)[:, None]
    parts = []
    for _ in range(GENERATIONS):
        bend = rng.normal(0, 0.07, heading.shape) * length[:, None]
        points = start[:, None] + along * (heading * length[:, None])[:, None] + np.sin(np.pi * along) * bend[:, None]
        parts.append(_tubes(points, radius))
        start = np.repeat(points[:, -1], 2, axis=0)
        heading = _unit(np.repeat(heading, 2, axis=0) + rng.normal(0, 0.42, start.shape))
        radius = np.repeat(radius * 0.68, 2)
        length = np.repeat(length, 2) * rng.uniform(0.6, 0.85, len(start))
    return join(parts)
