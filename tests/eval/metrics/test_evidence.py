from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from eval.metrics.table import METRICS
from eval.prediction import Prediction
from tests.eval.metrics.rows import value

NAMES = ("supported_share", "supported_precision", "unsupported_error_rate", "sentence_auroc")


def sentence(i: int, supported: bool, right: bool, confidence: float | None) -> Prediction:
    return Prediction(
        id=f"s#{i}",
        study_id=f"s{i // 3}",
        task="sentence",
        prediction="There is an effusion.",
        reference="right" if right else "wrong",
        topic="supported" if supported else "unsupported",
        probability=confidence,
    )


ROWS = [
    sentence(0, True, True, 0.9),
    sentence(1, True, True, 0.6),
    sentence(2, True, False, 0.6),
    sentence(3, False, True, 0.3),
    sentence(4, False, False, 0.2),
    sentence(5, False, False, None),
    sentence(6, False, False, 0.1),
]


def test_scores_by_hand() -> None:
    assert value("supported_share", ROWS) == pytest.approx(3 / 7)
    assert value("supported_precision", ROWS) == pytest.approx(2 / 3)
    assert value("unsupported_error_rate", ROWS) == pytest.approx(3 / 4)
    # Right .9 .6 .3 against wrong .6 .2 .1: 3 + 2.5 + 2 of 9 pairs in order.
    assert value("sentence_auroc", ROWS) == pytest.approx(7.5 / 9)
    assert [METRICS[name].size(ROWS) for name in NAMES] == [7, 3, 4, 6]


def test_shares_of_nothing_are_undefined() -> None:
    assert math.isnan(value("supported_precision", [sentence(0, False, True, 0.5)]))
    assert math.isnan(value("unsupported_error_rate", [sentence(0, True, True, 0.5)]))
    assert math.isnan(value("sentence_auroc", [sentence(0, True, True, None)]))
    assert value("supported_share", [sentence(0, True, True, 0.5)]) == 1.0


def test_auroc_equals_scikit_learn() -> None:
    generator = np.random.default_rng(2)
    rows = [sentence(i, True, bool(generator.random() < 0.6), round(generator.random(), 1)) for i in range(50)]
    expected = roc_auc_score([row.reference == "right" for row in rows], [row.probability for row in rows])
    assert value("sentence_auroc", rows) == pytest.approx(expected)
