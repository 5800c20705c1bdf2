from __future__ import annotations

import re

import numpy as np

from eval.prediction import Prediction
from eval.report.by_finding import answer_rows, report_rows
from eval.report.figures import figures
from eval.report.graded import graded
from eval.report.plots import POINTS, Axes, Line, plot
from tests.eval.report.made import closed, rows, scores


def test_what_is_drawn_for_yes_no_answers() -> None:
    drawn = {figure.title: figure for figure in figures(rows())}
    assert list(drawn) == ["ROC curve", "Precision and recall", "Calibration: yes/no answers", "Risk and coverage"]
    assert drawn["ROC curve"].keys[0].text == "yes/no answers, AUROC 0.500, n 3"
    table = drawn["Calibration: yes/no answers"].cells
    assert [row[:2] for row in table[1:]] == [("0.7 to 0.8", "1"), ("0.9 to 1.0", "2")]


def test_no_probabilities_no_figures() -> None:
    assert figures([row.model_copy(update={"probability": None}) for row in rows()]) == ()


def test_closed_questions_with_other_answers_are_no_forecast_of_yes() -> None:
    plane = closed("s", 0, "AP", "PA", 0.6)
    assert graded([plane]) == []
    choice = Prediction(id="s#1", task="choice", prediction="a", reference="a", probability=0.6, study_id="s")
    assert [each.task for each in graded([choice, plane])] == ["choice"]


def test_a_long_line_is_thinned_and_keeps_its_ends() -> None:
    x = np.linspace(0, 1, 5000)
    drawn = re.search(r'points="([^"]*)"', plot("a <b>", Axes("x", "y"), [Line(0, x, x)]))
    assert drawn is not None
    corners = drawn[1].split()
    assert len(corners) <= POINTS + 1
    assert corners[0] == "60.0,236.0"
    assert corners[-1] == "340.0,10.0"
    assert "&lt;b&gt;" in plot("a <b>", Axes("x", "y"), ())


def test_findings_of_reports() -> None:
    found = {row.name: row for row in report_rows(scores(), rows())}
    effusion = found["pleural_effusion"]
    assert (effusion.tp, effusion.fp, effusion.fn, effusion.n) == (2, 0, 1, 3)
    assert (effusion.f1, effusion.precision, effusion.recall, effusion.sides) == ("0.800", "1.000", "0.667", "1 of 2")
    assert (found["nodule"].tp, found["nodule"].fp, found["nodule"].recall) == (0, 1, "–")
    assert next(iter(found)) == "pleural_effusion"


def test_findings_that_are_asked_about() -> None:
    (asked,) = answer_rows(rows())
    assert (asked.positives, asked.n, asked.sensitivity, asked.specificity) == (1, 3, "1.000", "0.000")
    assert asked.auroc == "0.500"
