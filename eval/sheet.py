"""Which metrics a benchmark reports, and the score of each with its interval, n and failures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.metrics.bootstrap import RESAMPLES, estimate
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.study import Noun

Chosen = Callable[[Prediction], bool]


@dataclass(frozen=True)
class Line:
    """One line of the sheet: `metric` (a key of METRICS) over the predictions that `of` selects."""

    name: str
    metric: str
    of: Chosen


class Score(Noun):
    """A value with its percentile interval. `n` says how many it rests on, the failed ones included (they count as
    wrong); `n_failed` how many of the scored predictions failed. Undefined values are None.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    n_failed: int


Sheet = dict[str, Score]


def task(name: str) -> Chosen:
    return lambda row: row.task == name


def topic(name: str) -> Chosen:
    return lambda row: row.topic == name


def score_sheet(lines: Sequence[Line], rows: Sequence[Prediction], resamples: int = RESAMPLES, seed: int = 0) -> Sheet:
    """The lines that select any prediction at all, in order."""
    sheet: Sheet = {}
    for line in lines:
        own = [row for row in rows if line.of(row)]
        if own:
            sheet[line.name] = _score(line.metric, own, resamples, seed)
    return sheet


def _score(name: str, rows: Sequence[Prediction], resamples: int, seed: int) -> Score:
    metric = METRICS[name]
    value, low, high = estimate(rows, metric.score, resamples, seed)
    return Score(
        value=_defined(value),
        low=_defined(low),
        high=_defined(high),
        n=metric.size(rows),
        n_failed=sum(row.failed for row in rows),
    )


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
