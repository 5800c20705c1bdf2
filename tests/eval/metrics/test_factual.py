"""RadFact and GREEN scores by hand; what was not judged neither helps nor hurts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.metrics.bootstrap import plain
from eval.metrics.factual import FACTUAL, unjudged
from eval.prediction import Prediction

NAN = (math.nan,) * 8
METRICS = {metric.name: metric for metric in FACTUAL}


def rows(judge: str, *verdicts: tuple[float, ...]) -> list[Prediction]:
    return [
        Prediction(
            id=str(i), study_id=str(i), task="report", prediction="a", reference="b", judged={judge: v} if v else {}
        )
        for i, v in enumerate(verdicts)
    ]


RADFACT = rows("radfact", (4, 3, 2, 1, 2, 1, 1, 0), (1, 0, 3, 3, 0, 0, 0, 0), NAN, (0, 0, 2, 0, 0, 0, 1, 1), ())


def value(name: str, of: list[Prediction]) -> float:
    return plain(of, METRICS[name].score)


def test_radfact_by_hand() -> None:
    precision, recall = (3 / 4 + 0) / 2, (1 / 2 + 1 + 0) / 3
    assert value("radfact_logical_precision", RADFACT) == pytest.approx(precision)
    assert value("radfact_logical_recall", RADFACT) == pytest.approx(recall)
    assert value("radfact_logical_f1", RADFACT) == pytest.approx(2 * precision * recall / (precision + recall))
    assert value("radfact_spatial_precision", RADFACT) == pytest.approx(1 / 2)
    assert value("radfact_spatial_recall", RADFACT) == pytest.approx(1 / 2)
    assert value("radfact_spatial_f1", RADFACT) == pytest.approx(1 / 2)


def test_sizes_and_unjudged_are_counted() -> None:
    assert METRICS["radfact_logical_precision"].size(RADFACT) == 2
    assert METRICS["radfact_logical_f1"].size(RADFACT) == 3
    assert METRICS["radfact_logical_f1"].size([]) == 0
    assert (unjudged(RADFACT, "radfact"), unjudged(RADFACT, "green")) == (1, 0)


def test_silence_recalls_nothing() -> None:
    silent = rows("radfact", (0, 0, 2, 0, 0, 0, 0, 0))
    assert math.isnan(value("radfact_logical_precision", silent))
    assert value("radfact_logical_f1", silent) == 0.0


def test_green_by_hand() -> None:
    judged = rows("green", (3, 1, 0, 0, 0, 0, 2, 9), (0, 1, 0, 0, 0, 0, 0, 0), (2, 0, 0, 0, 0, 0, 0, 5), NAN)
    assert value("green", judged) == pytest.approx((3 / 6 + 0 + 1) / 3)
    assert METRICS["green"].size(judged) == 3


@pytest.mark.parametrize("name", METRICS)
def test_without_verdicts_there_is_no_score(name: str) -> None:
    assert math.isnan(value(name, rows("other", (1,))))
    assert math.isnan(value(name, []))
    assert METRICS[name].judges in (("radfact",), ("green",))


def test_weights_count_rows_as_copies_do() -> None:
    weights = np.array([[1, 2, 5, 0, 3], [0, 0, 4, 0, 1]], dtype=np.float64)
    scores = METRICS["radfact_logical_recall"].score(RADFACT, weights)
    assert scores[0] == pytest.approx((1 / 2 + 2) / 3)
    assert math.isnan(scores[1])
