"""Tubes, wires and catheters along a curve: any width, even below one pixel, at the same brightness per millimetre.

A chain of ellipsoids would show as beads and, when thinner than a pixel, as dots. Here the cross-section is cut into
strips, each strip into short steps, and every step's attenuation is shared among the four nearest pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from radiology.phantom.geometry import FIELD_MM, Array, Detector
from radiology.phantom.spans import Map

DENSEST = np.float32(1.6)
"""Attenuation beyond which metal looks the same."""


def curve(points: Sequence[Sequence[float] | Array] | Array, step: float = 1.0) -> Array:
    """[N, 3] a smooth curve through `points`, both ends kept, with about `step` mm from one to the next."""
    knots = np.asarray(points, float)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    count = max(2, int(np.ceil(along[-1] / step)) + 1)
    return np.asarray(CubicSpline(along, knots)(np.linspace(0, along[-1], count)))


def arc_lengths(path: Array) -> Array:
    """[N] mm along `path` from its start."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def from_tip(path: Array, near: float, far: float) -> Array:
    """The stretch of `path` that lies `near` to `far` mm before its end, in the same direction."""
    along = arc_lengths(path)
    stops = np.array([max(along[-1] - far, 0.0), max(along[-1] - near, 0.0)])
    at = np.concatenate([stops[:1], along[(along > stops[0]) & (along < stops[1])], stops[1:]])
    return np.stack([np.interp(at, along, path[:, axis]) for axis in range(3)], axis=1)


def beside(path: Array, offset: Sequence[float] | Array) -> Array:
    """The same curve moved by `offset` mm: the stripe of a tube lies on its wall."""
    return np.asarray(path + np.asarray(offset, float))


@dataclass(frozen=True)
class Strand:
    """A tube of `radius` mm along `path` [N, 3], `hollow` mm of it empty, with attenuation `per_mm` in its wall."""

    path: Array
    radius: float
    per_mm: float
    hollow: float = 0.0


def trace(detector: Detector, strands: Sequence[Strand]) -> Map:
    """[S, S] attenuation of all strands, at most what still lets a detector see a difference."""
    pixel = FIELD_MM / detector.pose.magnification / detector.size
    parts = [_scattered(detector, strand, pixel) for strand in strands]
    places = np.concatenate([place for place, _ in parts])
    return np.minimum(_splat(detector.size, places, np.concatenate([mass for _, mass in parts])), DENSEST)


def _scattered(detector: Detector, strand: Strand, pixel: float) -> tuple[Array, Array]:
    """[M, 2] places in pixels and the attenuation [M] at each."""
    radius, (flat, length) = strand.radius, _steps(detector, strand.path, 0.5 * pixel)
    strips = max(2, int(np.ceil(4 * radius / pixel)))
    edges = np.linspace(-radius, radius, strips + 1)
    area = np.diff(_area(radius, edges) - _area(strand.hollow, edges))
    offset = (edges[:-1] + edges[1:]) / 2
    tangent = np.gradient(flat, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    across = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    places = flat[:, None] + across[:, None] * offset[:, None]
    mass = strand.per_mm * length / pixel**2 * np.broadcast_to(area, (len(flat), strips))
    return ((places - detector.axis[0]) / pixel).reshape(-1, 2), mass.ravel()


def _area(radius: float, edges: Array) -> Array:
    """[N] mm2 of a disc between its middle and each of `edges`."""
    if not radius:
        return np.zeros_like(edges)
    at = np.clip(edges, -radius, radius)
    return np.asarray(at * np.sqrt(radius**2 - at**2) + radius**2 * np.arcsin(at / radius))


def _steps(detector: Detector, path: Array, step: float) -> tuple[Array, float]:
    """[M, 2] the path on the detector in mm, a point for every `step` mm, and the mm that each stands for."""
    along = arc_lengths(path)
    count = max(2, int(np.ceil(along[-1] / step)))
    at = (np.arange(count) + 0.5) / count * along[-1]
    order = [2, 1] if detector.lateral else [0, 1]
    seen = (path @ detector.pose.rotation.T)[:, order] + np.asarray(detector.pose.shift)
    flat = np.stack([np.interp(at, along, seen[:, axis]) for axis in range(2)], axis=1)
    return flat, float(along[-1] / count)


def _splat(size: int, places: Array, mass: Array) -> Map:
    """[S, S] `mass` [M] at `places` [M, 2] in pixels (column, row), each shared among its four neighbours."""
    corner = np.floor(places)
    share = places - corner
    column, row = corner[:, 0].astype(np.int64) + 1, corner[:, 1].astype(np.int64) + 1
    inside = (column >= 0) & (column <= size) & (row >= 0) & (row <= size)
    column, row, share, mass = column[inside], row[inside], share[inside], mass[inside]
    image = np.zeros((size + 2) ** 2)
    for right in (0, 1):
        for down in (0, 1):
            part = np.abs(1 - right - share[:, 0]) * np.abs(1 - down - share[:, 1])
            image += np.bincount((row + down) * (size + 2) + column + right, part * mass, (size + 2) ** 2)
    return image.reshape(size + 2, size + 2)[1:-1, 1:-1].astype(np.float32)
