"""Percentile intervals over resampled studies: rows of one study come and go together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eval.metrics.weighting import Array, Rows, Score

RESAMPLES = 1000
LEVEL = 0.95
_AT_ONCE = 100


def plain(rows: Rows, score: Score) -> float:
    """The score where every row counts once."""
    return float(score(rows, np.ones((1, len(rows))))[0])


def study_weights(rows: Rows, resamples: int, seed: int) -> Iterator[Array]:
    """Blocks [R, N] of how often each row counts when as many studies as there are get drawn with replacement."""
    studies = {name: i for i, name in enumerate(sorted({row.study_id for row in rows}))}
    at = [studies[row.study_id] for row in rows]
    generator = np.random.default_rng(seed)
    even = np.full(len(studies), 1 / len(studies))
    for start in range(0, resamples, _AT_ONCE):
        drawn = generator.multinomial(len(studies), even, size=min(_AT_ONCE, resamples - start))
        yield drawn[:, at].astype(np.float64)


def interval(rows: Rows, score: Score, resamples: int = RESAMPLES, seed: int = 0) -> tuple[float, float]:
    """Lower and upper end of the percentile interval; NaN when no resample defines the score."""
    if not rows:
        return float("nan"), float("nan")
    values = np.concatenate([score(rows, weights) for weights in study_weights(rows, resamples, seed)])
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
