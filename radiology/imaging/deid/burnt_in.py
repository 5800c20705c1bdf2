"""Where text is burnt into an image: rows of glyphs in a pyramid of the image and of the image turned by 90 degrees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiology.imaging.deid.glyphs import MIN_SIDE, Levels, Pieces, pieces
from radiology.imaging.deid.lines import Line, completed
from radiology.imaging.deid.rows import TALLEST, Box, is_text, may_be_text, rows_of

_SMALLEST = 64
"""The pyramid ends where the shorter side has fewer pixels."""
_BOLD, _EDGE = 100, 0.2
_ROOM = 0.25
"""How far values outside of the usual range are told apart, as a share of it."""


def text_boxes(stored: NDArray[Any], markers: bool = False) -> list[Box]:
    """Boxes (y0, x0, y1, x1) of texts in `stored` [H, W], larger than the letters by a margin; with `markers` also of
    what looks like a single letter near an edge."""
    levels = grey_levels(stored)
    found = [line for step, image in pyramid(levels) for line in _lines(image, step, levels.shape, markers)]
    return completed(found)


def grey_levels(stored: NDArray[Any]) -> Levels:
    """[H, W] of eight bits, a straight line through the range that all but one in a hundred pixels use."""
    low, high = np.percentile(stored[::2, ::2], (0.5, 99.5))
    room = _ROOM * max(high - low, 1)
    low, high = max(low - room, float(stored.min())), min(high + room, float(stored.max()))
    scaled = (stored.astype(np.float32) - low) * (255 / max(high - low, 1))
    levels: Levels = np.clip(scaled, 0, 255).astype(np.uint8)
    return levels


def pyramid(image: Levels) -> Iterator[tuple[int, Levels]]:
    """(step, image with every `step` x `step` px made one)."""
    step = 1
    while min(image.shape) >= _SMALLEST or step == 1:
        yield step, image
        height, width = (side // 2 * 2 for side in image.shape)
        image = image[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)).astype(np.uint8)
        step *= 2


def _lines(image: Levels, step: int, shape: tuple[int, ...], markers: bool) -> Iterator[Line]:
    """Lines and columns of letters; above the first level only of letters too tall for the level before."""
    lowest = MIN_SIDE if step == 1 else TALLEST // 3
    for found in pieces(image):
        for turned, seen in ((False, found), (True, found.turned)):
            for row in filter(may_be_text, rows_of(seen, lowest)):
                yield Line(_scaled(_upright(row.box, turned), step, shape), turned, is_text(row, turned))
        if markers:
            yield from (Line(_scaled(box, step, shape), False, True) for box in _markers(found, image))


def _upright(box: Box, turned: bool) -> Box:
    y0, x0, y1, x1 = box
    return (x0, y0, x1, y1) if turned else box


def _markers(found: Pieces, image: Levels) -> Iterator[Box]:
    """Boxes of single pieces of a letter's shape, bold in the outer part of the image."""
    shape = found.width / found.height
    bold = (found.contrast >= _BOLD) & (found.flat >= 0.5) & (found.fill >= 0.2) & (found.fill <= 0.85)
    sized = (found.height >= 2 * MIN_SIDE) & (found.height <= TALLEST) & (shape >= 0.3) & (shape <= 1.5)
    height, width = image.shape
    for y0, x0, y1, x1 in found.box[bold & sized].tolist():
        if min(x0, y0) < _EDGE * min(height, width) or max(x1 - width, y1 - height) > -_EDGE * min(height, width):
            yield y0, x0, y1, x1


def _scaled(box: Box, step: int, shape: tuple[int, ...]) -> Box:
    y0, x0, y1, x1 = box
    pad = 1 + round(0.3 * min(y1 - y0, x1 - x0))
    return (
        max(0, (y0 - pad) * step),
        max(0, (x0 - pad) * step),
        min(shape[0], (y1 + pad) * step),
        min(shape[1], (x1 + pad) * step),
    )
