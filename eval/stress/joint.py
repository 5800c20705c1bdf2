"""Scores of several sets of predictions on the same resampled patients, so that they may be compared pairwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.bootstrap import RESAMPLES, patient_weights
from eval.metrics.table import METRICS
from eval.metrics.weighting import Array, Rows, Score, ratio, tally
from eval.prediction import Prediction
from eval.sheet import Line
from eval.stress.table import StressRow, estimated


def joint_scores(score: Score, sets: Sequence[Rows], seed: int, resamples: int = RESAMPLES) -> Array:
    """[K, 1 + R] of K sets: the plain score of each, then its score on each resample of the patients of all sets."""
    patients = {row.cluster: row for rows in sets for row in rows}
    if not patients:
        return np.full((len(sets), 1 + resamples), np.nan)
    order = {name: i for i, name in enumerate(patients)}
    places = [[order[row.cluster] for row in rows] for rows in sets]
    plain = np.ones((1, len(order)))
    blocks = [
        np.stack([score(rows, weights[:, at]) for rows, at in zip(sets, places, strict=True)])
        for weights in (plain, *patient_weights(list(patients.values()), resamples, seed))
    ]
    return np.concatenate(blocks, axis=1)


def usable(lines: Sequence[Line], rows: Rows) -> list[Line]:
    """The lines that select any of `rows` and need no judge's verdict that is missing."""
    return [line for line in lines if _selected(line, rows)]


def _selected(line: Line, rows: Rows) -> bool:
    own = [row for row in rows if line.of(row)]
    return bool(own) and all(judge in row.judged for row in own for judge in METRICS[line.metric].judges)


def share(labels: tuple[str, ...], rows: Rows, hits: Sequence[bool], seed: int) -> StressRow:
    """The share of `rows` that are `hits`, with its interval over resampled patients."""
    counts = [(float(hit), 1.0) for hit in hits]

    def score(rows: Rows, weights: Array) -> Array:
        right, n = tally(counts, 2, weights)
        return ratio(right, n)

    return estimated(labels, joint_scores(score, [rows], seed)[0], len(rows))


def difference(
    labels: tuple[str, ...], rows: Sequence[Prediction], first: Sequence[bool], second: Sequence[bool], seed: int
) -> StressRow:
    """Share of `first` minus share of `second` over the same rows."""
    counts = [(float(a) - float(b), 1.0) for a, b in zip(first, second, strict=True)]

    def score(rows: Rows, weights: Array) -> Array:
        gained, n = tally(counts, 2, weights)
        return ratio(gained, n)

    return estimated(labels, joint_scores(score, [rows], seed)[0], len(rows))
