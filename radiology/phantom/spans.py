"""Stretches of a beam: where it enters and leaves a body, so that what overlaps in depth is counted once.

A `Span` holds one interval for every pixel. Two organs share the overlap of their intervals; a fissure is a plane, and
what lies on one side of it is an interval too. This is what gives silhouettes their sign: air beside the heart makes
its border, tissue in the same depth hides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from radiology.phantom.geometry import Array, Detector, Solids

Map = NDArray[np.float32]
FAR = np.float32(1e6)
BATCH = 1 << 19
"""Pixels that are worked on at once."""


@dataclass(frozen=True)
class Span:
    """[S, S] depths in mm at which the beam enters and leaves; `near` > `far` where it misses."""

    near: Map
    far: Map

    @property
    def length(self) -> Map:
        """[S, S] mm of beam inside."""
        return np.asarray(np.maximum(self.far - self.near, 0), np.float32)

    def __and__(self, other: Span) -> Span:
        """What lies in both."""
        return Span(np.maximum(self.near, other.near), np.minimum(self.far, other.far))


@dataclass(frozen=True)
class _Projection:
    """A `Shadow` in single precision, with the weights, of those that fall on the film."""

    flat: NDArray[np.float32]
    depth: NDArray[np.float32]
    planar: NDArray[np.float32]
    lean: NDArray[np.float32]
    a: NDArray[np.float32]
    weights: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    def of(self, chosen: NDArray[np.int64]) -> _Projection:
        """Some of them."""
        return _Projection(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def crossing(self, columns: Map, rows: Map) -> tuple[Map, Map]:
        """Middle depth and half length of the beams at `columns` [N, C] and `rows` [N, R] in mm, both [N, R, C]."""
        du = (columns - self.flat[:, :1])[:, None, :]
        dv = (rows - self.flat[:, 1:])[:, :, None]
        p = self.planar[:, :, :, None, None]
        inside = 1 - p[:, 0, 0] * du * du - p[:, 1, 1] * dv * dv - 2 * p[:, 0, 1] * du * dv
        np.maximum(inside, 0, out=inside)
        inside /= self.a[:, None, None]
        middle = self.depth[:, None, None] - self.lean[:, 0, None, None] * du - self.lean[:, 1, None, None] * dv
        return middle, np.sqrt(inside, out=inside)


def _project(detector: Detector, solids: Solids) -> _Projection:
    seen = detector.shadow(solids)
    reals = (seen.flat, seen.depth, seen.planar, seen.lean, seen.a, solids.weights)
    flat, depth, planar, lean, a, weights = (array.astype(np.float32) for array in reals)
    whole = _Projection(flat, depth, planar, lean, a, weights, seen.first, seen.last)
    return whole.of(np.flatnonzero((seen.last > seen.first).all(axis=1)))


def hull(detector: Detector, solids: Solids) -> Span:
    """From the first entry to the last exit: the union, for ellipsoids that lie together along the beam."""
    near = np.full((detector.size, detector.size), FAR)
    far = np.full((detector.size, detector.size), -FAR)
    seen, axis = _project(detector, solids), detector.axis.astype(np.float32)
    for i, ((u0, v0), (u1, v1)) in enumerate(zip(seen.first, seen.last, strict=True)):
        middle, half = seen.of(np.array([i])).crossing(axis[None, u0:u1], axis[None, v0:v1])
        hit, where = half[0] > 0, (slice(v0, v1), slice(u0, u1))
        np.minimum(near[where], middle[0] - half[0], out=near[where], where=hit)
        np.maximum(far[where], middle[0] + half[0], out=far[where], where=hit)
    return Span(near, far)


def overlap(detector: Detector, solids: Solids, span: Span | None = None) -> Map:
    """[S, S] weighted mm of `solids` that lie inside `span` (or anywhere), each ellipsoid by itself.

    Ellipsoids of like size on the film are worked on together, which is what makes a thousand small ones cheap.
    """
    seen, size = _project(detector, solids), detector.size
    axis = detector.axis.astype(np.float32)
    total = np.zeros(size * size)
    extent = (seen.last - seen.first).max(axis=1, initial=1)
    sides = 1 << np.ceil(np.log2(extent)).astype(int)
    for side in np.unique(sides):
        chosen = np.flatnonzero(sides == side)
        for part in np.array_split(chosen, max(1, len(chosen) * side * side // BATCH)):
            _gather(seen.of(part), int(side), axis, span, total)
    return total.reshape(size, size).astype(np.float32)


def _gather(seen: _Projection, side: int, axis: Map, span: Span | None, total: NDArray[np.float64]) -> None:
    """Add what these ellipsoids, none of more than `side` px, contribute to `total` [S * S]."""
    size = len(axis)
    steps = np.arange(side)
    columns, rows = seen.first[:, :1] + steps, seen.first[:, 1:] + steps
    outside = (rows >= size)[:, :, None] | (columns >= size)[:, None, :]
    columns, rows = np.minimum(columns, size - 1), np.minimum(rows, size - 1)
    middle, half = seen.crossing(axis[columns], axis[rows])
    where = (rows * size)[:, :, None] + columns[:, None, :]
    length = 2 * half
    if span is not None:
        enter = np.maximum(middle - half, span.near.ravel()[where])
        length = np.maximum(np.minimum(middle + half, span.far.ravel()[where]) - enter, 0)
    length *= seen.weights[:, None, None]
    length[outside] = 0
    total += np.bincount(where.ravel(), length.ravel(), size * size)


def behind(detector: Detector, point: Sequence[float] | Array, normal: Sequence[float] | Array) -> Span:
    """The half space of all p with (p - point) . normal <= 0."""
    order = [2, 1, 0] if detector.lateral else [0, 1, 2]
    rotation = detector.pose.rotation
    at, n = (rotation @ np.asarray(point, float))[order], (rotation @ np.asarray(normal, float))[order]
    shift = detector.pose.shift
    du = (detector.axis - shift[0] - at[0]).astype(np.float32)
    dv = (detector.axis - shift[1] - at[1]).astype(np.float32)[:, None]
    rest = np.float32(n[0]) * du + np.float32(n[1]) * dv
    if abs(n[2]) < 1e-6:
        inside = rest <= 0
        return Span(np.where(inside, -FAR, FAR), np.where(inside, FAR, -FAR))
    edge = (np.float32(at[2]) - rest / np.float32(n[2])).astype(np.float32)
    limit = np.full_like(edge, FAR)
    return Span(-limit, edge) if n[2] > 0 else Span(edge, limit)
