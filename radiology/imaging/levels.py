"""Grey levels of any depth to eight bits, by a table over every value a pixel can have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float64]
"""[V] one display value for each of the V values a pixel can have."""
Table = NDArray[np.uint8]
"""[V] the same in eight bits."""

EDGE = 0.005
"""Share of pixels at either end that the range of a film without a window leaves out."""


def stretch(levels: Levels, low: float, high: float) -> Table:
    """`low` becomes 0 and `high` 255; all black where there is no range."""
    if not high > low:
        return np.zeros(levels.shape, np.uint8)
    return np.rint(np.clip((levels - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def robust_range(levels: Levels, counts: NDArray[np.int64]) -> tuple[float, float]:
    """The range of display values without the outermost `EDGE` of pixels; `counts` [V] says how many have each value.

    Where that leaves nothing (a few bright pixels on one background), the full range; equal for a constant image.
    """
    seen = counts > 0
    order = np.argsort(levels[seen], kind="stable")
    values, share = levels[seen][order], np.cumsum(counts[seen][order]) / max(1, counts.sum())
    if values.size == 0:
        return 0.0, 0.0
    low = values[np.searchsorted(share, EDGE)]
    high = values[min(int(np.searchsorted(share, 1 - EDGE)), values.size - 1)]
    return (float(low), float(high)) if high > low else (float(values[0]), float(values[-1]))


def apply(table: Table, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    """[H, W] the table's entry for each pixel."""
    shown: NDArray[np.uint8] = table[pixels]
    return shown


def count_values(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.int64]:
    """[V] how many pixels have each value of their type, a few rows at a time to save memory."""
    counts = np.zeros(np.iinfo(pixels.dtype).max + 1, np.int64)
    for start in range(0, len(pixels), 256):
        counts += np.bincount(pixels[start : start + 256].ravel(), minlength=counts.size)
    return counts
