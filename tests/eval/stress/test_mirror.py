from __future__ import annotations

import pytest

from eval.prediction import Prediction
from eval.stress.mirror import mirror_finding, mirror_truth, mirror_words
from radiology.datasets.table import Dataset
from radiology.study import Box, Finding, Side


def test_words_and_their_capitals() -> None:
    assert mirror_words("Left base; the right lung is bright") == "Right base; the left lung is bright"


def test_side_place_and_frontal_boxes_change_sides() -> None:
    boxes = tuple(Box(view=view, x0=0.1, y0=0.2, x1=0.4, y1=0.5) for view in ("frontal", "lateral"))
    turned = mirror_finding(
        Finding(name="nodule", side=Side.LEFT, location="left base", boxes=boxes), frozenset({"frontal"})
    )
    assert (turned.side, turned.location) == (Side.RIGHT, "right base")
    assert turned.boxes[0].x0 == pytest.approx(0.6)
    assert turned.boxes[0].x1 == pytest.approx(0.9)
    assert turned.boxes[1] == boxes[1]
    assert mirror_finding(Finding(name="edema", side=Side.BILATERAL), frozenset()).side is Side.BILATERAL
    assert mirror_finding(Finding(name="edema"), frozenset()).side is None


def test_questions_that_name_a_side_are_left_out(data: Dataset) -> None:
    rows = [
        Prediction(id=q, task="open", prediction="x", reference="left", study_id="s00", question=q)
        for q in ("Which side?", "Is the left lung clear?")
    ]
    (kept,) = mirror_truth(rows, data.cases)
    assert (kept.question, kept.reference, kept.prediction) == ("Which side?", "right", "x")
