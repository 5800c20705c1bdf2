from __future__ import annotations

from dataclasses import replace

import pytest

from eval.prediction import Prediction
from eval.stress.support import confidence, stress_support
from eval.stress.trial import Trial


def test_support_goes_with_the_film(trial: Trial) -> None:
    (table,) = stress_support(trial)
    values = {row.labels[0]: (row.value, row.n) for row in table.rows}
    assert values["supported findings that lose their support, blank"] == (1.0, 8)
    assert values["supported findings that lose their support, other patient"] == (1.0, 8)
    assert values["supported sentences that are wrong"][0] == 0.0


def test_without_heads_or_reports_there_is_nothing_to_weigh(trial: Trial) -> None:
    assert stress_support(replace(trial, perception=None)) == []
    assert stress_support(replace(trial, benchmark=replace(trial.benchmark, reports=None))) == []


def test_confidence_is_judged_where_there_is_any() -> None:
    rows = [
        Prediction(
            id=str(i),
            study_id=str(i),
            task="sentence",
            prediction="x",
            reference=known,
            probability=p,
            topic="supported",
        )
        for i, (known, p) in enumerate([("right", 0.9), ("right", 0.8), ("wrong", 0.3), ("right", 0.2)])
    ]
    values = {row.labels[0]: row.value for row in confidence(rows, seed=0)}
    assert values["AUROC of the confidence for being right"] == pytest.approx(2 / 3)
    assert values["Brier score of the confidence"] == pytest.approx((0.01 + 0.04 + 0.09 + 0.64) / 4)
    assert confidence([row.model_copy(update={"probability": None}) for row in rows], seed=0) == []
