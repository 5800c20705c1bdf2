"""Percentile intervals over resampled patients: all rows of one patient come and go together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from eval.metrics.once import once
from eval.metrics.weighting import Array, Rows, Score

RESAMPLES = 1000
LEVEL = 0.95
_AT_ONCE = 1 << 20
"""Weights in a block of resamples, R x N. A metric reads the rows once a block, so blocks are large."""


def plain(rows: Rows, score: Score) -> float:
    """The score where every row counts once."""
    return float(score(rows, np.ones((1, len(rows))))[0])


def patient_weights(rows: Rows, resamples: int, seed: int) -> Iterator[Array]:
    """Blocks [R, N] of how often each row counts when as many patients as there are get drawn with replacement."""
    blocks = _blocks(rows, resamples, seed)
    yield next(blocks)[1:]
    yield from blocks


def _blocks(rows: Rows, resamples: int, seed: int) -> Iterator[Array]:
    """Weights [R, N] in blocks, where every row counts once in front of the resamples."""
    at = _patients(rows)
    size = max(_AT_ONCE // len(rows), 1)
    for block, start in enumerate(range(0, resamples, size)):
        yield _drawn(at, min(size, resamples - start), seed, block)


@once
def _patients(rows: Rows) -> tuple[int, ...]:
    """The number of each row's patient among all."""
    numbers = {name: i for i, name in enumerate(sorted({row.cluster for row in rows}))}
    return tuple(numbers[row.cluster] for row in rows)


@lru_cache(maxsize=8)
def _drawn(at: tuple[int, ...], resamples: int, seed: int, block: int) -> Array:
    """The weights of one block, read-only: they are the same for every metric on these rows. `at`: row -> patient."""
    patients = max(at) + 1
    generator = np.random.Generator(np.random.PCG64(seed).jumped(block))
    drawn = generator.multinomial(patients, np.full(patients, 1 / patients), size=resamples)
    weights = np.concatenate([np.ones((int(block == 0), len(at))), drawn[:, at]])
    weights.setflags(write=False)
    return weights


def estimate(rows: Rows, score: Score, resamples: int = RESAMPLES, seed: int = 0) -> tuple[float, float, float]:
    """The plain score and its percentile interval; NaN for the ends when no resample defines the score."""
    if not rows:
        return plain(rows, score), float("nan"), float("nan")
    values = np.concatenate([score(rows, weights) for weights in _blocks(rows, resamples, seed)])
    resampled = values[1:][~np.isnan(values[1:])]
    if not len(resampled):
        return float(values[0]), float("nan"), float("nan")
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(values[0]), float(low), float(high)


def interval(rows: Rows, score: Score, resamples: int = RESAMPLES, seed: int = 0) -> tuple[float, float]:
    """Lower and upper end of the percentile interval."""
    return estimate(rows, score, resamples, seed)[1:]
