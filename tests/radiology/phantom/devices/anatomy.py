"""Bodies of all builds, and what is inside what."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Array, Solids
from radiology.phantom.habitus import draw_habitus
from radiology.phantom.thorax import SIDES, Body


def bodies(count: int = 12) -> list[Body]:
    """Some with a high diaphragm, a large heart, a shifted mediastinum; children among them."""
    return [_body(seed) for seed in range(count)]


def _body(seed: int) -> Body:
    rng = np.random.default_rng(seed)
    who = draw_habitus(rng)
    lift = {side: float(30 * rng.random() * (seed % 4 == 0)) for side in SIDES}
    shift = float(rng.normal(0, 15)) if seed % 5 == 0 else 0.0
    return Body(who, who.heart_ratio + 0.1 * (seed % 3 == 0), lift=lift, shift=shift, ap=bool(seed % 2))


def within(solids: Solids, point: Array) -> bool:
    """Is the point in any of the ellipsoids?"""
    offset = point - solids.centres
    return bool((np.einsum("ni,nij,nj->n", offset, solids.matrices, offset) <= 1).any())
