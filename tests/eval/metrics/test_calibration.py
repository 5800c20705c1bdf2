"""Calibration, ranking and selective answering against scikit-learn and against values worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction

FORECASTS = [name for name, metric in METRICS.items() if metric.unit == "probabilities"]


def closed(i: int, probability: float | None, reference: str, prediction: str | None = None) -> Prediction:
    said = prediction or ("yes" if (probability or 0) >= 0.5 else "no")
    return Prediction(
        id=str(i), study_id=str(i), task="closed", prediction=said, reference=reference, probability=probability
    )


def drawn(n: int = 60) -> list[Prediction]:
    """Probabilities with many ties."""
    generator = np.random.default_rng(8)
    p = generator.integers(0, 11, n) / 10
    return [closed(i, float(p[i]), "yes" if generator.random() < p[i] else "no") for i in range(n)]


def times(n: int) -> NDArray[np.float64]:
    return np.random.default_rng(9).integers(0, 4, (5, n)).astype(np.float64)


def value(name: str, rows: list[Prediction]) -> float:
    return plain(rows, METRICS[name].score)


@pytest.mark.parametrize(
    ("name", "reference"),
    [("auroc", roc_auc_score), ("auprc", average_precision_score), ("brier", brier_score_loss)],
)
def test_weighted_values_equal_scikit_learn(name: str, reference: object) -> None:
    assert callable(reference)
    rows = drawn()
    labels, scores = [row.reference == "yes" for row in rows], [row.probability for row in rows]
    weights = times(len(rows))
    expected = [reference(labels, scores, sample_weight=own) for own in weights]
    np.testing.assert_allclose(METRICS[name].score(rows, weights), expected, atol=1e-12)


def test_ece_by_hand() -> None:
    rows = [closed(0, 0.9, "yes"), closed(1, 0.9, "no"), closed(2, 0.1, "no"), closed(3, 0.12, "no")]
    assert value("ece", rows) == pytest.approx((2 * 0.4 + 0.1 + 0.12) / 4)
    together = [closed(0, 0.9, "yes"), closed(1, 0.91, "no"), closed(2, 0.1, "no"), closed(3, 0.11, "yes")]
    assert value("ece", together) == pytest.approx((0.81 + abs(0.21 - 1)) / 4)
    assert value("ece", [closed(0, 1.0, "yes"), closed(1, 0.0, "no")]) == 0.0


def test_adaptive_ece_has_bins_of_equal_weight() -> None:
    rows = [closed(i, 0.5 + i / 1000, "yes" if i % 4 < 2 else "no") for i in range(30)]
    pairs = [abs(2 * 0.5 + (4 * i + 1) / 1000 - (0 if i % 2 else 2)) for i in range(15)]
    assert value("ece_adaptive", rows) == pytest.approx(sum(pairs) / 30)
    assert value("ece", rows) < value("ece_adaptive", rows)


def looped_aurc(rows: list[Prediction], repeats: int = 2000) -> float:
    """Mean risk over all coverages, ties broken at random."""
    generator = np.random.default_rng(0)
    confidence = np.array([max(row.probability or 0, 1 - (row.probability or 0)) for row in rows])
    wrong = np.array([row.prediction != row.reference for row in rows])
    risks = []
    for _ in range(repeats):
        order = np.lexsort((generator.random(len(rows)), -confidence.round(6)))
        risks.append((np.cumsum(wrong[order]) / np.arange(1, len(rows) + 1)).mean())
    return float(np.mean(risks))


def test_aurc_equals_a_loop_over_random_tie_breaks() -> None:
    assert value("aurc", drawn(25)) == pytest.approx(looped_aurc(drawn(25)), abs=0.005)


def test_selective_answering_by_hand() -> None:
    rows = [closed(0, 0.99, "yes"), closed(1, 0.05, "no"), closed(2, 0.9, "no"), closed(3, 0.7, "yes")]
    rows.append(closed(4, 0.4, "yes"))
    assert value("aurc", rows) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert value("risk_at_80", rows) == pytest.approx(1 / 4)
    tied = [closed(i, 0.9, "yes" if i < 3 else "no") for i in range(4)]
    assert value("aurc", tied) == value("risk_at_80", tied) == pytest.approx(1 / 4)


def test_confidence_is_that_of_the_answer_given() -> None:
    rows = [closed(0, 0.8, "no", "no"), closed(1, 0.6, "no", "yes")]
    assert value("aurc", rows) == pytest.approx((1 + 1 / 2) / 2)


def test_sentences_and_open_answers_state_that_they_are_right() -> None:
    def row(task: str, prediction: str, reference: str, p: float) -> Prediction:
        return Prediction(
            id=reference, study_id=reference, task=task, prediction=prediction, reference=reference, probability=p
        )

    sentences = [row("sentence", "Clear.", "right", 0.9), row("sentence", "Big heart.", "wrong", 0.3)]
    answers = [row("open", "left", "left", 0.9), row("open", "left", "right", 0.3)]
    for rows in (sentences, answers):
        assert value("auroc", rows) == 1.0
        assert value("brier", rows) == pytest.approx((0.1**2 + 0.3**2) / 2)
        assert value("aurc", rows) == pytest.approx((0 + 1 / 2) / 2)


def test_failed_rows_are_as_wrong_as_can_be_and_silent_models_have_no_score() -> None:
    failed = closed(9, None, "yes").model_copy(update={"prediction": None})
    rows = [closed(0, 1.0, "yes"), closed(1, 0.0, "no"), failed, closed(3, None, "yes", "yes")]
    assert value("brier", rows) == value("ece", rows) == pytest.approx(1 / 3)
    assert value("auroc", rows) == pytest.approx((1 + 1 / 2) / 2)
    assert value("aurc", rows) == pytest.approx(1 / 3)
    for name in FORECASTS:
        assert METRICS[name].size(rows) == 3
        assert math.isnan(value(name, rows[3:]))
        assert METRICS[name].size(rows[3:]) == 0


def test_one_class_leaves_the_ranking_undefined() -> None:
    rows = [closed(0, 0.9, "no"), closed(1, 0.2, "no")]
    assert math.isnan(value("auroc", rows))
    assert math.isnan(value("auprc", rows))
