"""How a metric sees a resample: as a number of times that each row counts.

Shapes: N rows, R resamples. Weights are [R, N]; the plain score is the single resample where every row counts once.
Metrics work on all resamples at once, which makes a thousand of them as cheap as a few plain scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.prediction import Prediction

Rows = Sequence[Prediction]
Array = NDArray[np.float64]
Score = Callable[[Rows, Array], Array]
"""(N rows, weights [R, N]) -> [R] scores, NaN where a resample leaves the score undefined."""


def tally(values: Sequence[Sequence[float]], width: int, weights: Array) -> Array:
    """Weighted sums of `width` counts a row: [N, width] and [R, N] -> [width, R]."""
    counts = np.asarray(values, dtype=np.float64).reshape(len(values), width)
    return np.asarray(counts.T @ weights.T, dtype=np.float64)


def ratio(numerator: Array, denominator: Array) -> Array:
    """Elementwise quotient, NaN where the denominator is 0."""
    out = np.full(np.shape(denominator), np.nan)
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out
