"""How much of some boxes lies within others, exactly: no raster, no double counting where boxes overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radiology.study import Box


def coverage(boxes: Sequence[Box], by: Sequence[Box]) -> float:
    """Share of the union of `boxes` that lies within the union of `by`, in 0..1; 0 without boxes.

    Each view is a unit square of its own; areas add up over the views of `boxes`.
    """
    inside = total = 0.0
    for view in sorted({box.view for box in boxes}):
        own, other = ([box for box in some if box.view == view] for some in (boxes, by))
        xs = np.unique([x for box in (*own, *other) for x in (box.x0, box.x1)])
        ys = np.unique([y for box in (*own, *other) for y in (box.y0, box.y1)])
        cells = np.outer(np.diff(ys), np.diff(xs))
        filled = _filled(own, xs, ys)
        total += cells[filled].sum()
        inside += cells[filled & _filled(other, xs, ys)].sum()
    return inside / total if total else 0.0


def _filled(boxes: Sequence[Box], xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[len(ys) - 1, len(xs) - 1] cells between the grid lines that lie in any of the boxes."""
    x, y = (xs[1:] + xs[:-1]) / 2, (ys[1:] + ys[:-1]) / 2
    filled = np.zeros((len(y), len(x)), dtype=bool)
    for box in boxes:
        filled |= np.outer((box.y0 < y) & (y < box.y1), (box.x0 < x) & (x < box.x1))
    return filled
