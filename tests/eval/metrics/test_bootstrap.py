"""The plain score and its interval in one reading of the rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.metrics import bootstrap
from eval.metrics.answers import accuracy
from eval.metrics.bootstrap import estimate, interval, patient_weights, plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from tests.eval.metrics.material import mixed
from tests.eval.metrics.rows import question


def rows(n: int = 30) -> list[Prediction]:
    return [
        Prediction(id=str(i), study_id=str(i // 2), task="closed", prediction="yes" if i % 3 else "no", reference="yes")
        for i in range(n)
    ]


def test_an_estimate_is_the_plain_score_with_its_interval() -> None:
    value, low, high = estimate(rows(), accuracy, 200, seed=4)
    assert value == pytest.approx(plain(rows(), accuracy)) == pytest.approx(2 / 3)
    assert (low, high) == interval(rows(), accuracy, 200, seed=4)
    assert low < value < high


def test_no_rows_have_no_interval() -> None:
    assert all(math.isnan(value) for value in estimate([], accuracy))


@pytest.mark.parametrize("at_once", [30, 30 * 7, 30 * 1000])
def test_blocks_of_any_size_draw_as_many_studies_as_there_are(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_AT_ONCE", at_once)
    weights = np.concatenate(list(patient_weights(rows(), 20, seed=1)))
    assert weights.shape == (20, 30)
    assert (weights.sum(axis=1) == 30).all()
    assert (weights[:, ::2] == weights[:, 1::2]).all()
    assert len(np.unique(weights, axis=0)) == 20


def test_weights_are_shared_and_so_cannot_be_changed() -> None:
    first, again = next(patient_weights(rows(), 5, seed=1)), next(patient_weights(rows(), 5, seed=1))
    assert np.shares_memory(first, again)
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 9


def test_an_interval_is_seeded_brackets_the_value_and_resamples_studies() -> None:
    answers, score = mixed("macro_auroc"), METRICS["macro_auroc"].score
    low, high = interval(answers, score, 300, seed=1)
    assert low < plain(answers, score) < high
    assert (low, high) == interval(answers, score, 300, seed=1) != interval(answers, score, 300, seed=2)
    one_study = [row.model_copy(update={"study_id": "same"}) for row in answers]
    assert interval(one_study, score, 50) == pytest.approx((plain(answers, score),) * 2)


def test_intervals_cover_as_often_as_they_say() -> None:
    generator = np.random.default_rng(11)
    inside = 0
    for _ in range(200):
        drawn = [question(i, "yes" if right else "no", "yes") for i, right in enumerate(generator.random(60) < 0.7)]
        low, high = interval(drawn, accuracy, 200, seed=0)
        inside += low <= 0.7 <= high
    assert 0.88 <= inside / 200 <= 0.99
