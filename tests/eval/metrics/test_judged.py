"""Scores from the verdicts of CheXbert, RadGraph and BERTScore, against scikit-learn and published numbers."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sklearn.metrics import f1_score

from eval.metrics.bootstrap import plain
from eval.metrics.judged import CHEXBERT_LABELS, chexbert_f1, mean_of, radcliq_v1, radcliq_v1_of
from eval.metrics.labels import CHEXPERT_5
from eval.metrics.weighting import Score
from eval.prediction import Prediction

MICRO, MACRO = chexbert_f1("micro"), chexbert_f1("macro")


def row(i: int, **judged: tuple[float, ...]) -> Prediction:
    return Prediction(id=str(i), study_id=str(i), task="report", prediction="a", reference="b", judged=judged)


def classes(**found: int) -> tuple[float, ...]:
    return tuple(float(found.get(label.replace(" ", "_"), 0)) for label in CHEXBERT_LABELS)


def by_hand() -> list[Prediction]:
    """Edema: 1 TP (an uncertain one), 1 FN. Fracture: 1 FP (its truth is negative). No Finding: 1 TP."""
    pairs = [
        (classes(Edema=3, Fracture=1), classes(Edema=1, Fracture=2)),
        (classes(Edema=2, No_Finding=1), classes(Edema=3, No_Finding=1)),
    ]
    return [row(i, chexbert=(*said, *known, 0.5)) for i, (said, known) in enumerate(pairs)]


def test_chexbert_by_hand() -> None:
    assert plain(by_hand(), MICRO) == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert plain(by_hand(), MACRO) == pytest.approx((2 / 3 + 0 + 1) / 14)
    assert plain(by_hand(), chexbert_f1("micro", CHEXPERT_5)) == pytest.approx(2 / 3)
    assert plain(by_hand(), chexbert_f1("macro", CHEXPERT_5)) == pytest.approx(2 / 3 / 5)
    assert plain(by_hand(), mean_of("chexbert", 28)) == 0.5


@pytest.mark.parametrize("labels", [CHEXBERT_LABELS, CHEXPERT_5])
def test_chexbert_equals_sklearn(labels: tuple[str, ...]) -> None:
    draw = random.Random(4)
    verdicts = [[float(draw.choice((0, 0, 0, 1, 2, 3))) for _ in range(28)] for _ in range(40)]
    rows = [row(i, chexbert=(*verdict, 1.0)) for i, verdict in enumerate(verdicts)]
    places = [CHEXBERT_LABELS.index(label) for label in labels]
    found = np.isin(np.array(verdicts), (1, 3))
    said, known = found[:, places], found[:, [place + 14 for place in places]]
    for averaging in ("micro", "macro"):
        assert plain(rows, chexbert_f1(averaging, labels)) == pytest.approx(f1_score(known, said, average=averaging))


def test_resamples_are_scored_apart() -> None:
    weights = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]])
    assert MICRO(by_hand(), weights) == pytest.approx([4 / 6, 4 / 6, 4 / 6])
    rows = [row(0, bertscore=(0.1, 0.2, 0.3)), row(1, bertscore=(0.5, 0.6, 0.7))]
    assert mean_of("bertscore", 2)(rows, weights) == pytest.approx([0.5, 0.3, 0.7])


def test_radcliq_reproduces_a_leaderboard() -> None:
    """ReXrank prints RadGraph, BERTScore (rescaled), SembScore and 1 / RadCliQ-v1 of MoERad-IU on two test sets."""
    for radgraph, bertscore, semb, printed in ((0.247, 0.434, 0.446, 1.018), (0.341, 0.525, 0.641, 1.922)):
        raw = bertscore * (1 - 0.8473319) + 0.8473319
        value = radcliq_v1_of(np.array(radgraph), np.array(raw), np.array(semb))
        assert 1 / float(value) == pytest.approx(printed, abs=0.005)


def test_radcliq_is_the_mean_over_reports_and_lower_is_better() -> None:
    same = row(0, radgraph=(1, 1, 1, 1), bertscore=(1, 1, 1), chexbert=(*(0.0,) * 28, 1.0))
    other = row(1, radgraph=(0, 0, 0, 0), bertscore=(0.85, 0.85, 0.85), chexbert=(*(0.0,) * 28, 0.2))
    low, high = plain([same], radcliq_v1), plain([other], radcliq_v1)
    assert low < 0 < high
    assert plain([same, other], radcliq_v1) == pytest.approx((low + high) / 2)


@pytest.mark.parametrize("score", [MICRO, MACRO, mean_of("bertscore", 2), radcliq_v1])
def test_without_a_verdict_for_every_row_there_is_no_score(score: Score) -> None:
    known = {"radgraph": (1.0,) * 4, "bertscore": (1.0,) * 3, "chexbert": (1.0,) * 29}
    assert math.isnan(plain([], score))
    assert math.isnan(plain([row(0)], score))
    assert math.isnan(plain([row(0, **known), row(1, other=(1.0,))], score))
    assert not math.isnan(plain([row(0, **known)], score))
