"""What word, copying, answer, retrieval and calibration metrics promise: range, order, inputs, weights, no rows."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from eval.metrics.table import METRICS
from eval.metrics.words import TOKENISATIONS
from eval.prediction import Prediction
from tests.eval.metrics.rows import check_order_and_inputs, check_weights, value

WORDS = [
    name if tokenisation == "split" else f"{name}:{tokenisation}"
    for tokenisation in TOKENISATIONS
    for name in ("bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l", "meteor", "cider")
]
COPYING = ["copied_sentences", "copied_run"]
ANSWERS = ["llava_med_closed", "llava_med_open", "vqa_med_bleu"]
RETRIEVAL = [name for name, metric in METRICS.items() if metric.unit == "queries"]
FORECASTS = [name for name, metric in METRICS.items() if metric.unit == "probabilities"]
ALL = [*WORDS, *COPYING, *ANSWERS, *RETRIEVAL, *FORECASTS]
SIDES, PARTS = ("left", "right"), ("lung base", "upper zone", "hilum", "apex", "heart border")


def row(i: int, said: str | None, known: str, truth: bool, p: float | None, found: list[float]) -> Prediction:
    """A row that every metric here has something to score in."""
    return Prediction(
        id=f"s{i}",
        study_id=f"s{i}",
        task="sentence",
        prediction=said,
        reference=known,
        probability=p,
        context=("Rien d'anormal ici",) if truth else (said or "none",),
        ranking=tuple(found),
        relevant=(1.0,) * 10,
    )


def texts(n: int) -> list[str]:
    return [f"there is one opacity of {i} mm near the {SIDES[i % 2]} {PARTS[i % 5]} today" for i in range(n)]


def answered(i: int, right: bool) -> Prediction:
    """A yes/no question whose answer is as sure as it can be."""
    reference, other = ("yes", "no") if i % 2 else ("no", "yes")
    said = reference if right else other
    return Prediction(
        id=f"s{i}", study_id=f"s{i}", task="closed", prediction=said, reference=reference, probability=said == "yes"
    )


def perfect(name: str) -> list[Prediction]:
    if name in FORECASTS:
        return [answered(i, True) for i in range(12)]
    rows = [row(i, text, text, True, 1.0, [1.0] * 10) for i, text in enumerate(texts(12))]
    single = {"relevant": (1.0,), "ranking": (1.0, *[0.0] * 9)}
    return [own.model_copy(update=single) for own in rows] if name.startswith("recall@") else rows


def disjoint(name: str) -> list[Prediction]:
    if name in FORECASTS:
        return [answered(i, False) for i in range(12)]
    return [row(i, "alpha beta gamma delta", text, False, 1.0, [0.0] * 10) for i, text in enumerate(texts(12))]


def mixed(name: str) -> list[Prediction]:
    """Right, half right, wrong and failed rows, with ties."""
    generator = random.Random(5)
    rows = []
    for i, text in enumerate(texts(30)):
        shuffled = text.split()
        generator.shuffle(shuffled)
        said = generator.choice([text, " ".join(shuffled), text[:30], "nothing", None])
        known = generator.choice(["right", "wrong"]) if name in FORECASTS else text
        gains = [generator.choice([0.0, 0.5, 1.0]) for _ in range(10)]
        p = None if said is None else generator.randint(0, 8) / 8
        rows.append(row(i, said, known, generator.random() < 0.5, p, gains))
    return rows


@pytest.mark.parametrize("name", ALL)
def test_perfect_scores_the_best(name: str) -> None:
    assert value(name, perfect(name)) == pytest.approx(METRICS[name].best, abs=1e-3)


@pytest.mark.parametrize("name", [name for name in ALL if name != "auprc"])
def test_disjoint_scores_the_worst(name: str) -> None:
    assert value(name, disjoint(name)) == pytest.approx(METRICS[name].worst, abs=1e-5)


def test_the_worst_precision_is_not_above_the_prevalence() -> None:
    assert METRICS["auprc"].worst < value("auprc", disjoint("auprc")) <= 1 / 2


@pytest.mark.parametrize("name", ALL)
def test_no_rows_score_nothing_and_have_size_zero(name: str) -> None:
    assert math.isnan(value(name, []))
    assert math.isnan(METRICS[name].empty)
    assert METRICS[name].size([]) == 0


@pytest.mark.parametrize("name", ALL)
def test_rows_in_any_order_and_untouched(name: str) -> None:
    check_order_and_inputs(name, mixed(name))


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("cider")])
def test_weights_count_rows_as_copies_do(name: str) -> None:
    check_weights(name, mixed(name))


@pytest.mark.parametrize("name", ALL)
def test_values_lie_in_the_range_and_rows_that_count_for_nothing_leave_none(name: str) -> None:
    rows, metric = mixed(name), METRICS[name]
    weights = np.random.default_rng(3).integers(0, 3, (40, len(rows))).astype(np.float64)
    values = metric.score(rows, weights)
    low, high = sorted((metric.worst, metric.best))
    assert (values > low).all()
    assert (values < high).all()
    assert np.isnan(metric.score(rows, np.zeros((1, len(rows))))).all()


@pytest.mark.parametrize("name", ALL)
def test_the_definition_is_told(name: str) -> None:
    assert METRICS[name].how
