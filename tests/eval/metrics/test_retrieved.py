"""Retrieval against values worked by hand and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from eval.metrics.bootstrap import plain
from eval.metrics.retrieved import gain
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.study import Certainty, Finding, Side

RETRIEVAL = [name for name, metric in METRICS.items() if metric.unit == "queries"]


def query(ranking: tuple[float, ...], relevant: tuple[float, ...], found: str | None = "found") -> Prediction:
    return Prediction(
        id="q", study_id="q", task="retrieval", prediction=found, reference="", ranking=ranking, relevant=relevant
    )


def value(name: str, *rows: Prediction) -> float:
    return plain(rows, METRICS[name].score)


def test_values_by_hand() -> None:
    row = query((0, 0.5, 1, 0, 0, 1), (1, 1, 0.5, 0.25))
    expected = {
        "precision@1": 0,
        "precision@5": 2 / 5,
        "precision@10": 3 / 10,
        "recall@5": 2 / 4,
        "recall@10": 3 / 4,
        "hit_rate@1": 0,
        "hit_rate@5": 1,
        "mrr": 1 / 2,
        "retrieval_map": (1 / 2 + 2 / 3 + 3 / 6) / 4,
        "ndcg@10": (0.5 / math.log2(3) + 1 / 2 + 1 / math.log2(7))
        / (1 + 1 / math.log2(3) + 0.5 / 2 + 0.25 / math.log2(5)),
    }
    assert {name: value(name, row) for name in expected} == pytest.approx(expected)


def test_ndcg_and_average_precision_equal_scikit_learn() -> None:
    generator = np.random.default_rng(4)
    for _ in range(20):
        gains = generator.choice([0, 0, 0.25, 0.5, 1], 25)
        gains[3] = 1
        order = np.linspace(1, 0, 25)
        row = query(tuple(gains), tuple(gains))
        assert value("ndcg@10", row) == pytest.approx(ndcg_score(gains[None], order[None], k=10))
        assert value("retrieval_map", row) == pytest.approx(average_precision_score(gains > 0, order))


@pytest.mark.parametrize("name", RETRIEVAL)
def test_a_failed_query_finds_nothing_and_one_without_relevant_items_is_left_out(name: str) -> None:
    best, failed, empty = query((1.0,) * 10, (1.0,) * 10), query((1.0,), (1.0,), None), query((0.0,), (0.0,))
    assert value(name, best, failed, empty) == pytest.approx(value(name, best) / 2)
    assert METRICS[name].size([best, failed, empty]) == 2
    assert math.isnan(value(name, empty))


def test_gain_of_two_cases() -> None:
    left, right = Finding(name="nodule", side=Side.LEFT), Finding(name="nodule", side=Side.RIGHT)
    both = Finding(name="nodule", side=Side.BILATERAL)
    edema, absent = Finding(name="edema"), Finding(name="mass", certainty=Certainty.ABSENT)
    assert gain((), (absent,)) == 1.0
    assert gain((left,), ()) == gain((left,), (right,)) == 0.0
    assert gain((left, edema), (edema, left)) == gain((left, right), (both,)) == 1.0
    assert gain((left, edema), (both,)) == pytest.approx(1 / 3)
