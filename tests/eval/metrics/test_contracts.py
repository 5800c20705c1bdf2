"""What every metric of the table promises: range, empty case, order, inputs, weights, verdicts, failures.

The parameters are the table itself, so a metric that `material` has no rows for fails here.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest

from eval.metrics.agreement import rate
from eval.metrics.metric import Metric
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from tests.eval.metrics.material import SPECIAL, VERDICTS, disjoint, mixed, perfect
from tests.eval.metrics.rows import value

WORST_OUT_OF_REACH = {
    "auprc": "the share of positives is left",
    "mean_iou_30": "only boxes that match count",
    "mean_iou": "only boxes that match count",
    "mean_iou_75": "only boxes that match count",
}
IDF_OF_ALL_ROWS = [name for name in METRICS if name.split(":")[0] == "cider"]
"""Keep the document frequencies of all rows in a resample, so a weight is not quite a copy."""
SILENCE_IS_BEST = ("unsupported_finding_rate", "comparison_without_prior_rate")
"""Who writes nothing makes nothing up."""
each_metric = pytest.mark.parametrize("name", METRICS)


def is_best(name: str, rows: Sequence[Prediction]) -> bool:
    """To .0005: METEOR of equal texts of m words is 1 - .5 / m^3."""
    return value(name, rows) == pytest.approx(METRICS[name].best, abs=5e-4)


def is_worst(name: str, rows: Sequence[Prediction]) -> bool:
    return value(name, rows) == pytest.approx(METRICS[name].worst, abs=1e-5)


def judged_by(judges: Sequence[str], rows: Sequence[Prediction]) -> list[Prediction]:
    """The rows with the verdicts of these judges alone."""
    return [row.model_copy(update={"judged": {judge: row.judged[judge] for judge in judges}}) for row in rows]


@lru_cache
def before_scoring(unit: str) -> list[Prediction]:
    """A copy, made for the first metric of a unit, of the rows that all of that unit have."""
    name = next(name for name, metric in METRICS.items() if metric.unit == unit)
    return [row.model_copy(deep=True) for row in mixed(name)]


@each_metric
def test_rows_and_weights_stay_as_they_are(name: str) -> None:
    rows, weights = mixed(name), np.ones((2, len(mixed(name))))
    before = before_scoring(METRICS[name].unit)
    METRICS[name].score(rows, weights)
    METRICS[name].size(rows)
    assert list(rows) == before
    assert (weights == 1).all()


@each_metric
def test_perfect_rows_score_best(name: str) -> None:
    assert is_best(name, perfect(name))
    assert METRICS[name].size(perfect(name)) > 0


@pytest.mark.parametrize("name", [name for name in METRICS if name not in WORST_OUT_OF_REACH])
def test_disjoint_rows_score_worst(name: str) -> None:
    assert is_worst(name, disjoint(name))
    assert METRICS[name].size(disjoint(name)) > 0


@each_metric
def test_no_rows_score_as_declared_and_have_size_zero(name: str) -> None:
    metric = METRICS[name]
    assert value(name, []) == pytest.approx(metric.empty, nan_ok=True)
    assert metric.size([]) == 0
    assert math.isnan(metric.empty)


@each_metric
def test_the_order_of_the_rows_is_irrelevant(name: str) -> None:
    rows = mixed(name)
    shuffled = random.Random(3).sample(rows, len(rows))
    assert value(name, shuffled) == pytest.approx(value(name, rows), abs=1e-12)
    assert METRICS[name].size(shuffled) == METRICS[name].size(rows) > 0


@pytest.mark.parametrize("name", [name for name in METRICS if name not in IDF_OF_ALL_ROWS])
def test_a_weight_counts_as_that_many_copies_of_a_row(name: str) -> None:
    weighted, copied = weights_and_copies(name)
    assert weighted == pytest.approx(copied, abs=1e-12)


def weights_and_copies(name: str) -> tuple[float, float]:
    """The score of weighted rows, in the second of two resamples, and that of as many copies of them."""
    rows = mixed(name)
    times = [i % 3 for i in range(len(rows))]
    copies = [row for row, n in zip(rows, times, strict=True) for _ in range(n)]
    return float(METRICS[name].score(rows, np.array([[1] * len(rows), times], dtype=np.float64))[1]), value(
        name, copies
    )


@each_metric
def test_values_lie_in_the_range(name: str) -> None:
    rows, metric = mixed(name), METRICS[name]
    low, high = sorted((metric.worst, metric.best))
    assert low < value(name, rows) < high
    weights = np.random.default_rng(3).integers(0, 3, (40, len(rows))).astype(np.float64)
    values = metric.score(rows, weights)
    known = values[~np.isnan(values)]
    assert values.shape == (40,)
    assert len(np.unique(known)) > 5
    assert ((known >= low) & (known <= high)).all()


@each_metric
def test_a_resample_without_rows_has_no_score(name: str) -> None:
    rows = mixed(name)
    assert np.isnan(METRICS[name].score(rows, np.zeros((1, len(rows))))).all()


@each_metric
def test_the_judges_declared_are_the_judges_needed(name: str) -> None:
    metric, rows = METRICS[name], perfect(name)
    assert set(metric.judges) <= set(VERDICTS)
    if metric.judges:
        assert is_best(name, judged_by(metric.judges, rows))
    else:
        assert value(name, judged_by((), rows)) == value(name, rows)
    for missing in metric.judges:
        without = judged_by([judge for judge in VERDICTS if judge != missing], rows)
        assert math.isnan(value(name, without))


@pytest.mark.parametrize(
    "name", [name for name, metric in METRICS.items() if not metric.judges and "sentences" not in metric.unit]
)
def test_failed_predictions_earn_nothing(name: str) -> None:
    """Judges saw an empty text, and a draft's sentence cannot fail; for all else a failure is an error."""
    rows = [row.model_copy(update={"prediction": None, "probability": None}) for row in perfect(name)]
    if METRICS[name].unit == "probabilities":
        rows = [*rows, perfect(name)[0]]  # a model that never states a probability is not scored at all
        assert value(name, rows) == pytest.approx(value(name, [*disjoint(name), perfect(name)[0]]))
    elif name in SILENCE_IS_BEST:
        assert is_best(name, rows)
    else:
        assert math.isnan(value(name, rows)) or is_worst(name, rows)


@each_metric
def test_the_definition_is_told(name: str) -> None:
    metric = METRICS[name]
    assert metric.name == name
    assert metric.unit
    assert metric.how


def test_what_is_excepted_needs_to_be() -> None:
    assert [name for name in WORST_OUT_OF_REACH if is_worst(name, disjoint(name))] == []
    for name in IDF_OF_ALL_ROWS:
        weighted, copied = weights_and_copies(name)
        assert weighted != pytest.approx(copied)
    assert set(SPECIAL) <= set(METRICS)


def test_a_metric_without_rows_to_try_it_on_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METRICS, "new", Metric("new", rate(lambda row: (row.dropped, row.dropped)), "boxes dropped"))
    assert not is_best("new", perfect("new"))
    assert not is_worst("new", disjoint("new"))
