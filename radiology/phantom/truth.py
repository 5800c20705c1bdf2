"""Masks, boxes and the cardiothoracic ratio of a picture, each measured on noise-free attenuation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology.table import Picture, mask_of
from radiology.phantom.spans import Map
from radiology.phantom.thorax import SIDES
from radiology.study import Box

TAIL = 0.01
"""Share of a component's attenuation that may lie beyond each side of its box, so the box holds 96 % or more."""


def _ends(profile: NDArray[np.float32]) -> tuple[float, float]:
    """First and one past the last bin of a profile without its tails, in shares of its length."""
    total = np.cumsum(profile) / profile.sum()
    first, last = int(np.searchsorted(total, TAIL)), int(np.searchsorted(total, 1 - TAIL))
    return first / len(profile), (last + 1) / len(profile)


def box_of(own: Map, view: str) -> Box:
    """The box of one component; its height depends on nothing but heights, so frontal and lateral agree."""
    strength = np.abs(own)
    (x0, x1), (y0, y1) = _ends(strength.sum(0)), _ends(strength.sum(1))
    return Box(view=view, x0=x0, y0=y0, x1=min(x1, 1.0), y1=min(y1, 1.0))


def boxes_of(lesion: Lesion, parts: Sequence[Map], view: str) -> tuple[Box, ...]:
    """One box for each component that shows."""
    return tuple(box_of(part, view) for part in parts if mask_of(lesion.name, part).any())


def masks_of(lesions: Sequence[Lesion], picture: Picture) -> dict[str, NDArray[np.bool_]]:
    """Finding name -> [S, S] where any of its components shows."""
    masks: dict[str, NDArray[np.bool_]] = {}
    for lesion, parts in zip(lesions, picture.own, strict=True):
        shown = [mask_of(lesion.name, part) for part in parts]
        union = np.logical_or.reduce(shown)
        if union.any():
            masks[lesion.name] = union
    return masks


def ratio_of(picture: Picture) -> float:
    """Cardiothoracic ratio on a frontal: greatest width of the heart over that of the lungs."""
    heart = picture.scene.filling[2].length.any(axis=0)
    chest = np.logical_or.reduce([picture.scene.lungs[side].length > 0 for side in SIDES]).any(axis=0)
    return round(float(np.ptp(np.flatnonzero(heart)) / np.ptp(np.flatnonzero(chest))), 3)
