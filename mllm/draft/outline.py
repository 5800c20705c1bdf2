"""Where a map of the dense head lights up, as boxes of the full image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mllm.boxes import Frame
from mllm.draft.sight import Area, overlap
from radiology.study import Box

MOST = 4
"""Boxes for one finding in one view; the brightest ones."""


def lit_boxes(grid: NDArray[np.float32], threshold: float, area: Area, frame: Frame) -> tuple[Box, ...]:
    """A box around each connected group of patches of `grid` [G, G] above `threshold`, brightest first.

    Only patches that reach into `area` (fractions of the full image) count, and boxes are cut at its edges.
    """
    x0, y0, x1, y1 = frame.letterbox.to_square(*area)
    edges = np.arange(len(grid)) / len(grid)
    inside = np.outer(_reaches(edges, y0, y1, len(grid)), _reaches(edges, x0, x1, len(grid)))
    groups, count = ndimage.label((grid > threshold) & inside, structure=np.ones((3, 3)))
    peaks = ndimage.maximum(grid, groups, range(1, count + 1))
    brightest = sorted(zip(peaks, ndimage.find_objects(groups), strict=True), key=lambda item: -float(item[0]))
    boxes = [_box(rows, columns, len(grid), area, frame) for _, (rows, columns) in brightest[:MOST]]
    return tuple(box for box in boxes if box is not None)


def _reaches(edges: NDArray[np.float64], low: float, high: float, count: int) -> NDArray[np.bool_]:
    return (edges < high) & (edges + 1 / count > low)


def _box(rows: slice, columns: slice, count: int, area: Area, frame: Frame) -> Box | None:
    """None for a group that lies on the padding."""
    corners = frame.letterbox.to_full(*(edge / count for edge in (columns.start, rows.start, columns.stop, rows.stop)))
    if corners[0] >= corners[2] or corners[1] >= corners[3]:
        return None
    x0, y0, x1, y1 = corners
    shared = overlap(Box(view=frame.view, x0=x0, y0=y0, x1=x1, y1=y1), area)
    if shared is None:
        return None
    return Box(view=frame.view, x0=shared[0], y0=shared[1], x1=shared[2], y1=shared[3])
