"""Ellipsoids and their projections: the line integral through an ellipsoid along an axis has a closed form.

Millimetres throughout. x points to the patient's left, y down, z to the back; the origin is the middle of the chest.
A frontal film shows (x, y), so the patient's right is on the left of the picture; a lateral shows (z, y).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FIELD_MM = 352.0
"""Side of the square detector."""


@dataclass(frozen=True)
class Solids:
    """N ellipsoids {p : (p-c)' A (p-c) <= 1}: centres [N, 3], matrices A [N, 3, 3], weights [N]."""

    centres: Array
    matrices: Array
    weights: Array

    def __add__(self, other: Solids) -> Solids:
        return Solids(
            np.concatenate([self.centres, other.centres]),
            np.concatenate([self.matrices, other.matrices]),
            np.concatenate([self.weights, other.weights]),
        )


def ellipsoid(
    centre: Sequence[float] | Array, radii: Sequence[float] | Array, tilt: float = 0.0, weight: float = 1.0
) -> Solids:
    """One ellipsoid with the given radii, turned by `tilt` radians in the frontal plane."""
    cos, sin = np.cos(tilt), np.sin(tilt)
    turn = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    matrix = turn @ np.diag(1.0 / np.square(np.asarray(radii, float))) @ turn.T
    return Solids(np.asarray(centre, float)[None], matrix[None], np.array([weight]))


def oriented(
    centre: Sequence[float] | Array, radii: Sequence[float] | Array, axes: Array, weight: float = 1.0
) -> Solids:
    """One ellipsoid whose own axes are the columns of the rotation `axes` [3, 3]."""
    matrix = axes @ np.diag(1.0 / np.square(np.asarray(radii, float))) @ axes.T
    return Solids(np.asarray(centre, float)[None], matrix[None], np.array([weight]))


def facing(normal: Sequence[float] | Array) -> Array:
    """[3, 3] a rotation whose last column is `normal` made unit length: for flat ellipsoids, such as fissures."""
    last = np.asarray(normal, float) / np.linalg.norm(normal)
    helper = np.eye(3)[int(np.argmin(np.abs(last)))]
    first = np.cross(helper, last) / np.linalg.norm(np.cross(helper, last))
    return np.stack([first, np.cross(last, first), last], axis=1)


def chain(points: Array, radius: float | Array, weight: float = 1.0) -> Solids:
    """A tube along `points` [N, 3]: one ellipsoid for each segment, long axis along it, thickness `radius`."""
    step = np.diff(points, axis=0)
    length = np.linalg.norm(step, axis=1)
    along = step / length[:, None]
    thin = 1.0 / np.broadcast_to(np.asarray(radius, float), length.shape) ** 2
    outer = along[:, :, None] * along[:, None, :]
    matrices = thin[:, None, None] * (np.eye(3) - outer) + (1.0 / (0.75 * length) ** 2)[:, None, None] * outer
    return Solids((points[:-1] + points[1:]) / 2, matrices, np.full(len(length), weight))


def join(parts: Sequence[Solids]) -> Solids:
    """All the ellipsoids of several groups as one group."""
    return Solids(
        np.concatenate([part.centres for part in parts]),
        np.concatenate([part.matrices for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


@dataclass(frozen=True)
class Pose:
    """How the patient stands: turned about the long axis and tilted (radians), shifted (mm), magnified."""

    turn: float = 0.0
    tilt: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    magnification: float = 1.0

    @cached_property
    def rotation(self) -> Array:
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        about_y = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        in_plane = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
        turned: Array = in_plane @ about_y
        return turned


@dataclass(frozen=True)
class Shadow:
    """N ellipsoids as one view sees them, between the pixels `first` and `last` [N, 2] (column, row).

    For A = [[M, b], [b', a]] and offset q from `flat` the beam is inside for
    depth - lean.q +- sqrt((1 - q' planar q) / a), with lean = b / a and planar = M - bb'/a.
    """

    flat: Array
    depth: Array
    planar: Array
    lean: Array
    a: Array
    first: NDArray[np.int64]
    last: NDArray[np.int64]


@dataclass(frozen=True)
class Detector:
    """A square detector of `size` px; `lateral` looks along x instead of z."""

    size: int
    pose: Pose
    lateral: bool = False

    @cached_property
    def axis(self) -> Array:
        """[size] pixel centres in mm."""
        return ((np.arange(self.size) + 0.5) / self.size - 0.5) * FIELD_MM / self.pose.magnification

    def shadow(self, solids: Solids) -> Shadow:
        """Each ellipsoid as the beam meets it."""
        order = [2, 1, 0] if self.lateral else [0, 1, 2]
        rotation = self.pose.rotation
        centres = (solids.centres @ rotation.T)[:, order]
        matrices = (rotation @ solids.matrices @ rotation.T)[:, order][:, :, order]
        a, b = matrices[:, 2, 2], matrices[:, :2, 2]
        planar = matrices[:, :2, :2] - b[:, :, None] * b[:, None, :] / a[:, None, None]
        determinant = planar[:, 0, 0] * planar[:, 1, 1] - planar[:, 0, 1] ** 2
        reach = np.sqrt(np.stack([planar[:, 1, 1], planar[:, 0, 0]], 1) / determinant[:, None])
        flat = centres[:, :2] + np.asarray(self.pose.shift)
        first, last = np.searchsorted(self.axis, flat - reach), np.searchsorted(self.axis, flat + reach)
        return Shadow(flat, centres[:, 2], planar, b / a[:, None], a, first, last)

    def thickness(self, solids: Solids) -> NDArray[np.float32]:
        """[size, size] summed weighted path length in mm through `solids`.

        For A = [[M, b], [b', a]] with the beam as last axis the length at offset q is
        2 sqrt((1 - q'(M - bb'/a)q) / a).
        """
        image = np.zeros((self.size, self.size), np.float32)
        shadow = self.shadow(solids)
        gain = 2.0 * solids.weights / np.sqrt(shadow.a)
        axis = self.axis.astype(np.float32)
        for (u0, v0), (u1, v1), (cu, cv), p, g in zip(
            shadow.first, shadow.last, shadow.flat, shadow.planar, gain, strict=True
        ):
            if u1 <= u0 or v1 <= v0:
                continue
            du, dv = axis[u0:u1] - np.float32(cu), (axis[v0:v1] - np.float32(cv))[:, None]
            inside = 1.0 - np.float32(p[0, 0]) * du * du - np.float32(p[1, 1]) * dv * dv
            inside -= np.float32(2.0 * p[0, 1]) * du * dv
            np.maximum(inside, 0.0, out=inside)
            image[v0:v1, u0:u1] += np.float32(g) * np.sqrt(inside)
        return image
