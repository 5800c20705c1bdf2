"""Which rows forecast anything, and that the scores and the figures of a report go by the same ones."""

from __future__ import annotations

import math

import pytest

from eval.metrics.forecasts import foretells, yes_or_no
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from eval.report.graded import graded
from tests.eval.metrics.rows import question, value

FORECASTS = [name for name, metric in METRICS.items() if metric.unit == "probabilities"]


def row(task: str, prediction: str | None, reference: str, p: float | None = 0.7) -> Prediction:
    return question(1, prediction, reference, p).model_copy(update={"task": task})


@pytest.mark.parametrize(
    ("task", "reference", "expected"),
    [
        ("closed", "Yes.", True),
        ("closed", "no", True),
        ("head", "no", True),
        ("closed", "AP", False),
        ("closed", "yes, on the left", False),
        ("open", "left lung", True),
        ("open", "yes", True),
        ("choice", "AP", True),
        ("sentence", "right", True),
        ("sentence", "wrong", True),
        ("sentence", "", False),
        ("report", "yes", False),
        ("ground", "right", False),
    ],
)
def test_the_task_and_the_reference_tell_what_foretells(task: str, reference: str, expected: bool) -> None:
    assert foretells(row(task, "anything", reference)) is expected
    assert yes_or_no(row(task, "anything", reference)) is (expected and task in ("closed", "head"))


@pytest.mark.parametrize("said", ["yes", "no", "AP", "there is one", None])
def test_what_is_answered_does_not_move_a_row_out(said: str | None) -> None:
    assert foretells(row("closed", said, "yes"))
    assert not foretells(row("closed", said, "AP"))


YES_NO = [
    question(1, "yes", "yes", 0.8),
    question(2, "yes", "no", 0.6),
    question(3, None, "no"),
    question(4, "no", "no", 0.1),
]
FREE = [
    question(5, "AP", "AP", 0.9),
    question(6, "PA", "AP", 0.2),
    question(7, None, "left"),
    question(8, "ct", "mr", 0.5),
]


@pytest.mark.parametrize("name", FORECASTS)
def test_closed_questions_answered_freely_change_no_score_of_yes_and_no(name: str) -> None:
    assert value(name, [*FREE[:2], *YES_NO, *FREE[2:]]) == pytest.approx(value(name, YES_NO))
    assert METRICS[name].size([*YES_NO, *FREE]) == METRICS[name].size(YES_NO) == 4
    assert math.isnan(value(name, FREE))
    assert METRICS[name].size(FREE) == 0


def test_brier_by_hand_beside_a_question_of_projection() -> None:
    # Were "AP" with .9 a P(yes) of .9 for what is not yes, its .81 would count, too.
    assert value("brier", [*YES_NO, *FREE]) == pytest.approx((0.2**2 + 0.6**2 + 1 + 0.1**2) / 4)


def test_probabilities_of_free_answers_alone_do_not_make_failed_rows_count() -> None:
    silent = [question(1, "yes", "yes"), question(2, None, "no")]
    assert math.isnan(value("ece", [*silent, *FREE]))


def test_figures_go_by_the_rows_that_are_scored() -> None:
    rows = [*YES_NO, *FREE, row("sentence", "Clear.", "right"), row("sentence", "Clear.", "", 0.1)]
    drawn = {each.task: each for each in graded(rows)}
    assert list(drawn) == ["closed", "sentence"]
    assert drawn["closed"].rows == tuple(YES_NO)
    for name in FORECASTS:
        assert len(drawn["closed"].rows) == METRICS[name].size([*YES_NO, *FREE])
    assert len(drawn["sentence"].rows) == 1
