"""Published answer protocols against values worked by hand."""

from __future__ import annotations

import pytest

from eval.metrics.vqa import answer_bleu, closed_hit, open_recall
from eval.prediction import Prediction


def answer(prediction: str | None, reference: str) -> Prediction:
    return Prediction(id="a", study_id="a", task="open", prediction=prediction, reference=reference)


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("Yes, there is an effusion.", "yes", 1.0),
        ("The lungs are normal.", "no", 0.0),
        ("The left lower lobe", "left lower lobe", 1.0),
        ("lower left lobe", "left lower lobe", 0.0),
        (None, "no", 0.0),
        ("", "no", 0.0),
    ],
)
def test_closed_answers_need_the_words_of_the_reference(
    prediction: str | None, reference: str, expected: float
) -> None:
    assert closed_hit(answer(prediction, reference)) == expected


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("It is in the left lung", "left lung", 1.0),
        ("the left side", "left lung", 0.5),
        ("left left left", "left lung", 0.75),
        ("right", "left lung", 0.0),
        (None, "left lung", 0.0),
    ],
)
def test_open_recall(prediction: str | None, reference: str, expected: float) -> None:
    assert open_recall(answer(prediction, reference)) == expected


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        ("CT of the chest.", "ct chest", 1.0),
        ("axial", "Axial", 1.0),
        ("axial plane", "axial", (1 / 2 * 0.1 / 1) ** (1 / 2)),
        ("no", "no", 1.0),
        ("the", "it", 1.0),
        ("", "ct", 0.0),
        ("mr", "ct", 0.0),
        (None, "", 0.0),
    ],
)
def test_answer_bleu(prediction: str | None, reference: str, expected: float) -> None:
    assert answer_bleu(answer(prediction, reference)) == pytest.approx(expected)
