"""Answers against references: normalisation, accuracy, balanced accuracy and token F1."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import balanced_accuracy_score

from eval.metrics.answers import shared_tokens_f1, tokens
from eval.prediction import Prediction
from tests.eval.metrics.rows import question, value


def test_normalisation_as_a_table() -> None:
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
    assert shared_tokens_f1(question(1, "left lower lobe", "the left lobe")) == pytest.approx(0.8)
    assert shared_tokens_f1(question(1, "ct ct", "ct")) == pytest.approx(2 / 3)
    assert shared_tokens_f1(question(1, None, "")) == 0.0


def test_failed_answers_count_as_wrong() -> None:
    rows = [question(1, "yes", "yes"), question(2, None, "yes"), question(3, "no", "no"), question(4, None, "no")]
    assert value("accuracy", rows) == value("balanced_accuracy", rows) == value("token_f1", rows) == 0.5


def drawn(n: int) -> list[Prediction]:
    draw = random.Random(5)
    return [question(i, draw.choice(("yes", "no")), draw.choice(("yes", "no", "no"))) for i in range(n)]


def test_balanced_accuracy_equals_scikit_learn() -> None:
    rows = drawn(40)
    expected = balanced_accuracy_score([row.reference for row in rows], [row.prediction for row in rows])
    assert value("balanced_accuracy", rows) == pytest.approx(expected, abs=1e-12)
    assert value("balanced_accuracy", rows) != pytest.approx(value("accuracy", rows))
