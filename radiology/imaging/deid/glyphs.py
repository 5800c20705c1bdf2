"""Pieces of an image that could be letters: strokes of one grey, sharp against what is behind them.

A white top-hat (image less its opening) shows bright strokes thinner than the window on any background, a black top-hat
(closing less image) dark ones (Serra, Image Analysis and Mathematical Morphology, 1982, ch. XII). What passes a
threshold falls into connected pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

WINDOW = 9
"""Width of the top-hat in px: strokes of up to 8 px at a level of the pyramid."""
THRESHOLDS = (24, 48, 96)
LOWEST, HIGHEST = 1.3, 5.0
"""Contrasts that are looked at with a threshold, in multiples of it: the edges of letters are then cut half way up."""
MIN_SIDE, MAX_SIDE = 5, 240
_FLAT = 0.2
_EIGHT = np.ones((3, 3), dtype=bool)

Levels = NDArray[np.uint8]
"""[H, W] grey levels that follow the stored values."""


@dataclass(frozen=True)
class Pieces:
    """N pieces: `box` [N, 4] as y0, x0, y1, x1 in px, `peak` [N] the grey furthest from the background, `contrast` [N]
    to the background, `flat` [N] the share of the piece that has about the grey of its peak, `fill` [N] the share of
    its box that it covers."""

    box: NDArray[np.int64]
    peak: NDArray[np.float64]
    contrast: NDArray[np.float64]
    flat: NDArray[np.float64]
    fill: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.peak)

    def __getitem__(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Pieces:
        return Pieces(*(values[which] for values in vars(self).values()))

    @property
    def turned(self) -> Pieces:
        """The same pieces with rows and columns exchanged."""
        return Pieces(self.box[:, [1, 0, 3, 2]], self.peak, self.contrast, self.flat, self.fill)

    @property
    def height(self) -> NDArray[np.int64]:
        return self.box[:, 2] - self.box[:, 0]

    @property
    def width(self) -> NDArray[np.int64]:
        return self.box[:, 3] - self.box[:, 1]


def pieces(image: Levels) -> Iterator[Pieces]:
    """The pieces of `image`, for each polarity and threshold."""
    white = image - ndimage.grey_opening(image, WINDOW)
    black = ndimage.grey_closing(image, WINDOW) - image
    for hat, grey in ((white, image), (black, 255 - image)):
        for threshold in THRESHOLDS:
            found = _pieces(grey, hat, threshold)
            if found is not None:
                yield found


def _pieces(grey: Levels, hat: Levels, threshold: int) -> Pieces | None:
    """Bright pieces of `grey`; None where there are none."""
    labels, count = ndimage.label(hat > threshold, _EIGHT)
    if not count:
        return None
    box = np.array([(y.start, x.start, y.stop, x.stop) for y, x in ndimage.find_objects(labels)], dtype=np.int64)
    sides = np.sort(box[:, 2:] - box[:, :2], axis=1)
    sized = np.concatenate(([False], (sides[:, 1] >= MIN_SIDE) & (sides[:, 1] <= MAX_SIDE)))
    at = np.flatnonzero(sized[labels])
    if not len(at):
        return None
    label = labels.ravel()[at]
    order = np.argsort(label, kind="stable")
    at, label = at[order], label[order]
    start = np.flatnonzero(np.diff(label, prepend=0))
    area = np.diff(start, append=len(at))
    values = grey.ravel()[at].astype(np.float64)
    peak = np.maximum.reduceat(values, start)
    contrast = np.maximum.reduceat(hat.ravel()[at], start).astype(np.float64)
    near = values >= np.repeat(peak - _FLAT * contrast, area)
    box = box[label[start] - 1]
    found = Pieces(box, peak, contrast, np.add.reduceat(near, start, dtype=np.float64) / area, area / _area(box))
    return found[(contrast > LOWEST * threshold) & (contrast <= HIGHEST * threshold)]


def _area(box: NDArray[np.int64]) -> NDArray[np.int64]:
    area: NDArray[np.int64] = np.prod(box[:, 2:] - box[:, :2], axis=1)
    return area
