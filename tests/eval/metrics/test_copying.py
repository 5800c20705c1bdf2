"""What is copied from the prompt, worked by hand."""

from __future__ import annotations

import pytest

from eval.metrics.copying import copied_run, copied_sentences
from eval.prediction import Prediction

CONTEXT = ("Heart size is normal. There is a small left pleural effusion.", "No pneumothorax or focal consolidation.")


def report(prediction: str | None, context: tuple[str, ...] = CONTEXT) -> Prediction:
    return Prediction(id="a", study_id="a", task="report", prediction=prediction, reference="", context=context)


@pytest.mark.parametrize(
    ("prediction", "sentences", "run"),
    [
        ("THERE IS A SMALL LEFT PLEURAL EFFUSION! Lungs are clear.", 1 / 2, 7 / 10),
        ("Heart size is normal.", 1, 1),
        ("Heart size is normally large.", 0, 3 / 5),
        ("A small left effusion, no pneumothorax.", 0, 3 / 6),
        ("Left pleural effusion. No pneumothorax.", 1, 3 / 5),
        ("Clear lungs.", 0, 0),
        ("", 1, 1),
        (" . ", 1, 1),
        (None, 1, 1),
    ],
)
def test_copied_by_hand(prediction: str | None, sentences: float, run: float) -> None:
    assert copied_sentences(report(prediction)) == pytest.approx(sentences)
    assert copied_run(report(prediction)) == pytest.approx(run)


def test_a_run_does_not_cross_from_one_text_to_the_next() -> None:
    row = report("left pleural effusion no pneumothorax", ("left pleural effusion", "no pneumothorax"))
    assert copied_run(row) == pytest.approx(3 / 5)


def test_reports_without_texts_are_not_scored() -> None:
    assert copied_sentences(report("Clear.", ())) is None
    assert copied_run(report("Clear.", ())) is None
