"""Two models on the same items: is the difference more than chance?

Paired bootstrap: the same resampled patients for both (Koehn, EMNLP 2004). Approximate randomisation: in each trial the
two models' answers are exchanged for a random half of the patients, and p is the share of trials whose difference is at
least as large as the one seen (Noreen 1989; with one added to both counts, so that p is never 0).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.benchmarks import BENCHMARKS
from eval.folder import Predicted, read_predicted
from eval.metrics.bootstrap import LEVEL, RESAMPLES, patient_weights, plain
from eval.metrics.metric import Metric
from eval.metrics.table import METRICS
from eval.metrics.weighting import Array
from eval.prediction import ANSWER, Prediction
from eval.sheet import Line
from eval.signature import INCOMPARABLE, differences
from radiology.errors import SightlineError
from radiology.study import Noun

TRIALS = 1000


class Difference(Noun):
    """One line of the sheet for both: `difference` is B minus A with its paired interval, `p` that of the
    randomisation. Undefined values are None."""

    name: str
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    higher_is_better: bool
    n: int


def compare_folders(a: Path, b: Path) -> list[Difference]:
    """Raises SightlineError for evaluations of different items or under different rules."""
    one, other = read_predicted(a), read_predicted(b)
    _refuse_unlike(one, other, f"`{a}` and `{b}`")
    return compare(one, other)


def compare(one: Predicted, other: Predicted, seed: int = 0) -> list[Difference]:
    """The lines of the benchmark that both can be scored on."""
    judged = one.run.signature.judges.keys() & other.run.signature.judges.keys()
    by_key = {row.key: row for row in other.rows}
    rows = one.rows
    lines = [line for line in BENCHMARKS[one.run.benchmark].lines if set(METRICS[line.metric].judges) <= judged]
    found = []
    for line in lines:
        own = [row for row in rows if line.of(row)]
        if own:
            found.append(_difference(line, own, [by_key[row.key] for row in own], seed))
    return found


def _difference(line: Line, a: Sequence[Prediction], b: Sequence[Prediction], seed: int) -> Difference:
    metric = METRICS[line.metric]
    value_a, value_b = plain(a, metric.score), plain(b, metric.score)
    low, high = _interval(metric, a, b, seed)
    return Difference(
        name=line.name,
        a=_defined(value_a),
        b=_defined(value_b),
        difference=_defined(value_b - value_a),
        low=_defined(low),
        high=_defined(high),
        p=_defined(_randomised(metric, a, b, abs(value_b - value_a), seed)),
        higher_is_better=metric.higher_is_better,
        n=metric.size(a),
    )


def _interval(metric: Metric, a: Sequence[Prediction], b: Sequence[Prediction], seed: int) -> tuple[float, float]:
    """Percentile interval of the difference over resampled patients; the weights of both are drawn from one seed."""
    blocks = patient_weights(a, RESAMPLES, seed)
    values = np.concatenate([metric.score(b, weights) - metric.score(a, weights) for weights in blocks])
    values = values[~np.isnan(values)]
    if not len(values):
        return math.nan, math.nan
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _randomised(metric: Metric, a: Sequence[Prediction], b: Sequence[Prediction], seen: float, seed: int) -> float:
    """Two-sided p. Rows of both stand in one list, and a weight of 0 or 1 says whose answers a patient goes by."""
    if math.isnan(seen):
        return math.nan
    exchanged = _exchanges(a, seed)
    both = [*a, *b]
    first = metric.score(both, np.concatenate([1 - exchanged, exchanged], axis=1))
    second = metric.score(both, np.concatenate([exchanged, 1 - exchanged], axis=1))
    defined = ~np.isnan(first) & ~np.isnan(second)
    as_large = np.abs(second - first)[defined] >= seen - 1e-12
    return float((as_large.sum() + 1) / (defined.sum() + 1))


def _exchanges(rows: Sequence[Prediction], seed: int) -> Array:
    """[TRIALS, N]: 1 where the answers of a row's patient are exchanged."""
    patients = {name: i for i, name in enumerate(sorted({row.cluster for row in rows}))}
    drawn = np.random.default_rng(seed).integers(0, 2, (TRIALS, len(patients)))
    return drawn[:, [patients[row.cluster] for row in rows]].astype(np.float64)


def _refuse_unlike(one: Predicted, other: Predicted, names: str) -> None:
    """Raises SightlineError naming the first thing in which the two evaluations differ."""
    if one.run.benchmark != other.run.benchmark:
        raise SightlineError(
            f"{names}: are of {one.run.benchmark} and {other.run.benchmark}, compare evaluations of one benchmark."
        )
    unlike = differences(one.run.signature, other.run.signature, INCOMPARABLE)
    if unlike:
        field, (left, right) = next(iter(unlike.items()))
        raise SightlineError(f"{names}: their signatures differ in {field} ({left} and {right}), evaluate both alike.")
    lone = {row.key for row in one.rows} ^ {row.key for row in other.rows}
    if lone:
        task, name = min(lone)
        raise SightlineError(f"{names}: only one of them has item {name} of task {task}, predict the same items.")
    known = {row.key: _known(row) for row in other.rows}
    unlike_row = next((row for row in one.rows if _known(row) != known[row.key]), None)
    if unlike_row is not None:
        raise SightlineError(
            f"{names}: item {unlike_row.id} of task {unlike_row.task} is compared with different truths, "
            "predict both on the same data with one version of sightline."
        )


def _known(row: Prediction) -> Prediction:
    """All that the data says of an item, without the answer."""
    return row.model_copy(update=dict.fromkeys(ANSWER) | {"judged": {}, "groups": {}})


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
