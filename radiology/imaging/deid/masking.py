"""Text in pixels painted over with the grey of what is around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from radiology.imaging.deid.burnt_in import text_boxes
from radiology.imaging.deid.options import Markers

_RING = 4
"""Pixels around a mask whose median fills it."""

_COLOURED = 32
"""Channels that differ by less are grey."""


@dataclass(frozen=True)
class Masked:
    """`pixels` as given but for `mask` [H, W]; `regions` is the number of its parts."""

    pixels: NDArray[Any]
    mask: NDArray[np.bool_]
    regions: int

    @property
    def counts(self) -> dict[str, int]:
        return {
            "films": 1,
            "films with text": int(self.regions > 0),
            "regions": self.regions,
            "px": int(self.mask.sum()),
        }


def masked(pixels: NDArray[Any], markers: Markers = Markers.KEEP) -> Masked:
    """`pixels` [H, W], or [H, W, 3] in RGB, of any integer type, with the texts found in them painted over."""
    mask = text_mask(pixels, markers)
    if not mask.any():
        return Masked(pixels, mask, 0)
    labels, count = ndimage.label(mask)
    filled = pixels.copy()
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        around = (_wider(rows), _wider(columns))
        region = labels[around] == number
        ring = pixels[around][~mask[around]]
        filled[around][region] = np.median(ring, axis=0).astype(pixels.dtype) if len(ring) else 0
    return Masked(filled, mask, count)


def text_mask(pixels: NDArray[Any], markers: Markers = Markers.KEEP) -> NDArray[np.bool_]:
    """[H, W], true where there is text."""
    mask = np.zeros(pixels.shape[:2], dtype=bool)
    for grey in _planes(pixels):
        for y0, x0, y1, x1 in text_boxes(grey, markers is Markers.MASK):
            mask[y0:y1, x0:x1] = True
    return mask


def _planes(pixels: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """[H, W] each: the luminance, and where there is colour red, green and blue, for blue text on black is dark."""
    if pixels.ndim == 2:
        yield pixels
        return
    yield pixels @ np.array([0.299, 0.587, 0.114])
    if int(np.ptp(pixels, axis=2).max()) >= _COLOURED:
        yield from np.moveaxis(pixels, 2, 0)


def _wider(span: slice) -> slice:
    return slice(max(0, span.start - _RING), span.stop + _RING)
