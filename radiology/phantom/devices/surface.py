"""The front of the body, for what lies on it or just beneath."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Array, Solids


def front(solids: Solids, x: float, y: float) -> float:
    """The z at which a line along z first meets `solids`: the smallest root of all; 0 where there is none."""
    offset = np.array([x, y]) - solids.centres[:, :2]
    a, b = solids.matrices[:, 2, 2], np.einsum("nij,nj->ni", solids.matrices[:, :, :2], offset)
    flat = np.einsum("ni,ni->n", b[:, :2], offset) - 1
    under = b[:, 2] ** 2 - a * flat
    roots = solids.centres[:, 2] + (-b[:, 2] - np.sqrt(np.maximum(under, 0))) / a
    return float(min(roots[under >= 0], default=0.0))


def drape(solids: Solids, flat: Array, above: float = 0.0) -> Array:
    """[N, 3] the points `flat` [N, 2] laid on the front of `solids`, `above` mm before it."""
    return np.array([[x, y, front(solids, x, y) - above] for x, y in flat])


def outward(solids: Solids, x: float, y: float) -> Array:
    """[3] the unit normal of the front at (x, y), by differences of 4 mm."""
    here, step = front(solids, x, y), 4.0
    slope = np.array([front(solids, x + step, y) - here, front(solids, x, y + step) - here]) / step
    normal = np.array([slope[0], slope[1], -1.0])
    return np.asarray(normal / np.linalg.norm(normal))
