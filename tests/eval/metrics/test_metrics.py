"""The whole metric table under one contract, then each metric against values worked by hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from eval.metrics.answers import shared_tokens_f1, tokens
from eval.metrics.bootstrap import interval, plain
from eval.metrics.grounding import iou
from eval.metrics.ranking import auroc
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.findings import FINDINGS
from radiology.study import Box, Certainty, Finding, Side


def box(view: str, x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(view=view, x0=x0, y0=y0, x1=x1, y1=y1)


LEFT = box("frontal", 0.6, 0.2, 0.9, 0.5)
RIGHT = box("frontal", 0.1, 0.5, 0.3, 0.9)


def report(i: int, findings: tuple[Finding, ...], truth: tuple[Finding, ...]) -> Prediction:
    return Prediction(
        id=f"s{i}", study_id=f"s{i}", task="report", prediction="text", reference="text", findings=findings, truth=truth
    )


def answer(
    i: int, prediction: str | None, reference: str, probability: float | None = None, name: str = "nodule"
) -> Prediction:
    return Prediction(
        id=f"s{i}#{name}",
        study_id=f"s{i}",
        task="closed",
        prediction=prediction,
        reference=reference,
        probability=probability,
        name=name,
    )


def truth_of(name: str) -> tuple[Finding, ...]:
    return (Finding(name=name, side=Side.LEFT, boxes=(LEFT,)),)


def perfect() -> list[Prediction]:
    rows = [report(i, truth_of(name), truth_of(name)) for i, name in enumerate(FINDINGS)]
    return [
        row.model_copy(update={"prediction": a, "reference": a, "probability": float(a == "yes"), "name": "nodule"})
        for row, a in zip(rows, ["yes", "no"] * len(rows), strict=False)
    ]


def disjoint() -> list[Prediction]:
    wrong = Finding(name="nodule", side=Side.RIGHT, boxes=(RIGHT,))
    swapped = {"yes": "no", "no": "yes"}
    return [
        row.model_copy(
            update={
                "findings": () if row.truth[0].name == "nodule" else (wrong,),
                "prediction": swapped[row.reference],
                "probability": float(row.reference == "no"),
            }
        )
        for row in perfect()
    ]


@pytest.mark.parametrize("name", METRICS)
def test_perfect_scores_the_top(name: str) -> None:
    assert plain(perfect(), METRICS[name].score) == METRICS[name].best


@pytest.mark.parametrize("name", [n for n in METRICS if n not in ("side_accuracy", "mean_iou")])
def test_disjoint_scores_the_bottom(name: str) -> None:
    assert plain(disjoint(), METRICS[name].score) == METRICS[name].worst


def test_wrong_sides_score_the_bottom() -> None:
    rows = [
        report(1, (Finding(name="nodule", side=Side.RIGHT),), truth_of("nodule")),
        report(2, (Finding(name="nodule"),), truth_of("nodule")),
    ]
    assert plain(rows, METRICS["side_accuracy"].score) == 0.0


@pytest.mark.parametrize("name", METRICS)
def test_no_rows_score_as_declared_and_have_size_zero(name: str) -> None:
    value = plain([], METRICS[name].score)
    assert value == METRICS[name].empty or (math.isnan(value) and math.isnan(METRICS[name].empty))
    assert METRICS[name].size([]) == 0


def mixed() -> list[Prediction]:
    generator = random.Random(5)
    rows = []
    for i in range(40):
        names = generator.sample(sorted(FINDINGS), 3)
        truth = tuple(Finding(name=n, side=generator.choice((Side.LEFT, Side.RIGHT)), boxes=(LEFT,)) for n in names[:2])
        found = tuple(Finding(name=n, side=Side.LEFT, boxes=(generator.choice((LEFT, RIGHT)),)) for n in names[1:])
        rows.append(
            report(i, found, truth).model_copy(
                update={
                    "prediction": generator.choice(("yes", "no")),
                    "reference": generator.choice(("yes", "no")),
                    "probability": round(generator.random(), 1),
                    "name": generator.choice(("nodule", "edema")),
                }
            )
        )
    return rows


@pytest.mark.parametrize("name", METRICS)
def test_order_is_irrelevant_and_inputs_stay(name: str) -> None:
    rows = mixed()
    before = [row.model_dump() for row in rows]
    forward = plain(rows, METRICS[name].score)
    backward = plain(rows[::-1], METRICS[name].score)
    assert forward == pytest.approx(backward, abs=1e-12, nan_ok=True)
    assert [row.model_dump() for row in rows] == before


@pytest.mark.parametrize("name", METRICS)
def test_weights_count_rows_as_copies_do(name: str) -> None:
    rows = mixed()
    times = np.array([i % 3 for i in range(len(rows))])
    copies = [row for row, n in zip(rows, times, strict=True) for _ in range(n)]
    weighted = METRICS[name].score(rows, times[None, :].astype(np.float64))[0]
    assert weighted == pytest.approx(plain(copies, METRICS[name].score), abs=1e-12, nan_ok=True)


def test_finding_scores_by_hand() -> None:
    rows = [
        report(1, (Finding(name="nodule"), Finding(name="edema")), (Finding(name="nodule"), Finding(name="hernia"))),
        report(2, (Finding(name="edema", certainty=Certainty.ABSENT),), (Finding(name="edema"),)),
        report(3, (Finding(name="mass", certainty=Certainty.UNCERTAIN),), ()),
    ]
    assert plain(rows, METRICS["finding_micro_f1"].score) == pytest.approx(2 / 5)
    assert plain(rows, METRICS["finding_precision"].score) == pytest.approx(1 / 2)
    assert plain(rows, METRICS["finding_recall"].score) == pytest.approx(1 / 3)
    assert plain(rows, METRICS["finding_f1:edema"].score) == 0.0
    assert math.isnan(plain(rows, METRICS["finding_f1:mass"].score))


def test_left_and_right_together_are_bilateral() -> None:
    both = (Finding(name="nodule", side=Side.LEFT), Finding(name="nodule", side=Side.RIGHT))
    rows = [
        report(1, both, (Finding(name="nodule", side=Side.BILATERAL),)),
        report(2, both[:1], both),
        report(3, (Finding(name="edema", side=Side.LEFT),), (Finding(name="edema"),)),
    ]
    assert plain(rows, METRICS["side_accuracy"].score) == pytest.approx(1 / 2)
    assert METRICS["side_accuracy"].size(rows) == 2


def test_overlap_by_hand() -> None:
    assert iou(box("a", 0, 0, 0.4, 0.4), box("a", 0.2, 0.2, 0.6, 0.6)) == pytest.approx(0.04 / 0.28)
    assert iou(box("a", 0, 0, 0.4, 0.4), box("b", 0, 0, 0.4, 0.4)) == 0.0
    assert iou(box("a", 0, 0, 0.4, 0.4), box("a", 0.4, 0, 0.6, 0.4)) == 0.0


def test_grounding_counts_missed_and_false_boxes_and_needs_the_finding() -> None:
    shifted = box("frontal", 0.6, 0.2, 0.9, 0.44)
    rows = [
        report(1, (Finding(name="nodule", boxes=(shifted, LEFT)),), (Finding(name="nodule", boxes=(LEFT,)),)),
        report(2, (Finding(name="mass", boxes=(LEFT,)),), (Finding(name="nodule", boxes=(LEFT,)),)),
        report(3, (), (Finding(name="nodule", boxes=(LEFT, RIGHT)),)),
        report(4, (Finding(name="nodule", boxes=(shifted,)),), (Finding(name="nodule", boxes=(LEFT,)),)),
    ]
    assert plain(rows, METRICS["grounded_f1_50"].score) == pytest.approx(2 * 2 / (4 + 5))
    assert plain(rows, METRICS["mean_iou"].score) == pytest.approx((1 + 0.8) / 2)
    assert METRICS["grounded_f1_50"].size(rows) == 5


def test_answer_normalisation_as_a_table() -> None:
    table = {
        "The Left Lung.": ["left", "lung"],
        "Yes!": ["yes"],
        "two ribs": ["2", "ribs"],
        "3.5 cm": ["3.5", "cm"],
        "x-ray": ["x", "ray"],
        "A": ["a"],
        "don't": ["dont"],
        "": [],
    }
    assert {text: tokens(text) for text in table} == table


def test_token_f1_by_hand() -> None:
    assert shared_tokens_f1(answer(1, "left lower lobe", "the left lobe")) == pytest.approx(0.8)
    assert shared_tokens_f1(answer(1, "ct ct", "ct")) == pytest.approx(2 / 3)
    assert shared_tokens_f1(answer(1, None, "")) == 0.0


def test_failed_answers_count_as_wrong() -> None:
    rows = [answer(1, "yes", "yes", 0.9), answer(2, None, "yes"), answer(3, "no", "no", 0.1), answer(4, None, "no")]
    assert plain(rows, METRICS["accuracy"].score) == 0.5
    assert plain(rows, METRICS["macro_auroc"].score) == pytest.approx(1 / 4)


def test_balanced_accuracy_and_f1_equal_scikit_learn() -> None:
    rows = mixed()
    known, predicted = [row.reference for row in rows], [row.prediction for row in rows]
    ours = plain(rows, METRICS["balanced_accuracy"].score)
    assert ours == pytest.approx(balanced_accuracy_score(known, predicted), abs=1e-12)
    names = sorted(FINDINGS)
    truth = [[name in {f.name for f in row.truth} for name in names] for row in rows]
    found = [[name in {f.name for f in row.findings} for name in names] for row in rows]
    ours = plain(rows, METRICS["finding_micro_f1"].score)
    assert ours == pytest.approx(f1_score(truth, found, average="micro"), abs=1e-12)


def test_auroc_equals_scikit_learn_with_ties_and_weights() -> None:
    generator = np.random.default_rng(3)
    scores, labels = generator.integers(0, 6, 57) / 5, generator.random(57) < 0.4
    weights = generator.integers(0, 4, (7, 57)).astype(np.float64)
    expected = [roc_auc_score(labels, scores, sample_weight=row) for row in weights]
    np.testing.assert_allclose(auroc(scores.tolist(), labels.tolist(), weights), expected, atol=1e-12)


def test_macro_auroc_leaves_out_findings_without_both_classes() -> None:
    rows = [answer(1, "yes", "yes", 0.9), answer(2, "no", "no", 0.2), answer(3, "no", "no", 0.9, "edema")]
    assert plain(rows, METRICS["macro_auroc"].score) == 1.0


def test_interval_is_seeded_brackets_the_value_and_resamples_studies() -> None:
    rows = mixed()
    score = METRICS["macro_auroc"].score
    low, high = interval(rows, score, 300, seed=1)
    assert low < plain(rows, score) < high
    assert (low, high) == interval(rows, score, 300, seed=1) != interval(rows, score, 300, seed=2)
    one_study = [row.model_copy(update={"study_id": "same"}) for row in rows]
    assert interval(one_study, score, 50) == pytest.approx((plain(rows, score),) * 2)


def test_interval_covers_as_often_as_it_says() -> None:
    generator = np.random.default_rng(11)
    inside = 0
    for _ in range(200):
        rows = [answer(i, "yes" if right else "no", "yes") for i, right in enumerate(generator.random(60) < 0.7)]
        low, high = interval(rows, METRICS["accuracy"].score, 200, seed=0)
        inside += low <= 0.7 <= high
    assert 0.88 <= inside / 200 <= 0.99
