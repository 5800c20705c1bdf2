"""Areas under curves against scikit-learn, and macro AUROC worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.metrics.ranking import auroc, chance
from eval.prediction import Prediction
from tests.eval.metrics.rows import question, value


def test_auroc_equals_scikit_learn_with_ties_and_weights() -> None:
    generator = np.random.default_rng(3)
    scores, labels = generator.integers(0, 6, 57) / 5, generator.random(57) < 0.4
    weights = generator.integers(0, 4, (7, 57)).astype(np.float64)
    expected = [roc_auc_score(labels, scores, sample_weight=row) for row in weights]
    np.testing.assert_allclose(auroc(scores.tolist(), labels.tolist(), weights), expected, atol=1e-12)


def test_failed_answers_rank_as_wrong_as_can_be() -> None:
    rows = [question(1, "yes", "yes", 0.9), question(2, None, "yes"), question(3, "no", "no", 0.1)]
    assert value("macro_auroc", [*rows, question(4, None, "no")]) == pytest.approx(1 / 4)


def test_macro_auroc_is_the_mean_over_the_findings_with_both_classes() -> None:
    nodule = [question(1, "yes", "yes", 0.9), question(2, "no", "no", 0.2)]
    edema = [question(3, "no", "no", 0.9, "edema")]
    assert value("macro_auroc", [*nodule, *edema]) == 1.0
    assert value("macro_auroc", [*nodule, *edema, question(4, "no", "yes", 0.3, "edema")]) == pytest.approx(1 / 2)


def test_macro_auroc_leaves_out_what_yes_and_no_do_not_answer() -> None:
    rows = [question(1, "yes", "yes", 0.6), question(2, "no", "no", 0.2)]
    assert value("macro_auroc", [*rows, question(3, "AP", "AP", 0.9)]) == 1.0


@pytest.mark.parametrize(
    ("said", "p", "known", "expected"),
    [
        ("yes", 0.7, "no", 0.7),
        ("yes", None, "no", 1.0),
        ("No.", None, "yes", 0.0),
        ("AP", None, "yes", 0.0),
        (None, None, "no", 1.0),
    ],
)
def test_an_answer_without_a_probability_ranks_by_itself(
    said: str | None, p: float | None, known: str, expected: float
) -> None:
    row = Prediction(id="a", study_id="a", task="closed", prediction=said, reference=known, probability=p)
    assert chance(row) == expected
