from __future__ import annotations

import pytest

from eval.report.marks import Mark, labels_of, marks_of
from tests.eval.report.made import SAID_BOX, TRUE_BOX

SIZE = (320.0, 160.0)


def test_a_box_in_px_of_the_shown_film() -> None:
    assert marks_of("truth", [("edema", TRUE_BOX)], SIZE) == (Mark("truth", "pulmonary edema", 80, 80, 80, 40),)


def test_the_second_box_of_a_finding_has_no_name() -> None:
    marks = marks_of("truth", [("edema", TRUE_BOX), ("edema", SAID_BOX)], SIZE)
    assert [label.text for label in labels_of(marks, SIZE)] == ["pulmonary edema"]


def test_names_of_boxes_in_one_place_do_not_meet() -> None:
    names = ("edema", "nodule", "mass", "pneumonia")
    marks = marks_of("truth", [(name, TRUE_BOX) for name in names], SIZE)
    labels = labels_of(marks, SIZE)
    assert len(labels) == 4
    assert not [(a, b) for i, a in enumerate(labels) for b in labels[:i] if a.meets(b)]


@pytest.mark.parametrize("kind", ["truth", "predicted"])
@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.9, 0.9), (0.9, 0.0)])
def test_names_stay_on_the_film(kind: str, corner: tuple[float, float]) -> None:
    x, y = corner
    box = TRUE_BOX.model_copy(update={"x0": x, "y0": y, "x1": x + 0.1, "y1": y + 0.1})
    (label,) = labels_of(marks_of("truth" if kind == "truth" else "predicted", [("nodule", box)], SIZE), SIZE)
    assert 0 <= label.x <= 320 - 6 * 6
    assert 8 <= label.y <= 160
