from __future__ import annotations

import numpy as np
import pytest

from mllm.boxes import Frame
from mllm.draft.outline import MOST, lit_boxes
from mllm.draft.sight import HALVES, WHOLE
from radiology.imaging.letterbox import Letterbox
from radiology.study import Box, Side

SQUARE = Frame("F", "frontal", Letterbox(100, 100, 50))
TALL = Frame("F", "frontal", Letterbox(50, 100, 100))
"""A quarter of the square is padding on either side."""


def corners(boxes: tuple[Box, ...]) -> list[tuple[float, ...]]:
    return [(box.x0, box.y0, box.x1, box.y1) for box in boxes]


def grid(*lit: tuple[int, int, float]) -> np.ndarray:
    """[8, 8] with (row, column, value)."""
    patches = np.zeros((8, 8), np.float32)
    for row, column, value in lit:
        patches[row, column] = value
    return patches


def test_each_group_of_patches_has_a_box_the_brightest_first() -> None:
    seen = grid((0, 0, 0.6), (1, 1, 0.6), (5, 6, 0.9), (5, 7, 0.7), (7, 3, 0.2))
    assert corners(lit_boxes(seen, 0.5, WHOLE, SQUARE)) == [(0.75, 0.625, 1.0, 0.75), (0.0, 0.0, 0.25, 0.25)]


def test_only_what_reaches_into_the_area_counts_and_no_more_than_that() -> None:
    seen = grid((2, 2, 0.9), (2, 3, 0.9), (2, 4, 0.9))
    assert corners(lit_boxes(seen, 0.5, HALVES[Side.LEFT], SQUARE)) == [(0.5, 0.25, 0.625, 0.375)]
    assert lit_boxes(seen, 0.5, (0.0, 0.5, 1.0, 1.0), SQUARE) == ()


def test_boxes_are_of_the_film_and_not_of_its_padding() -> None:
    assert corners(lit_boxes(grid((0, 2, 0.9)), 0.5, WHOLE, TALL)) == [(0.0, 0.0, 0.25, 0.125)]
    assert lit_boxes(grid((0, 0, 0.9)), 0.5, WHOLE, TALL) == ()


def test_speckles_do_not_fill_the_page() -> None:
    seen = grid(*((row, column, 0.6) for row in range(0, 8, 2) for column in range(0, 8, 2)))
    assert len(lit_boxes(seen, 0.5, WHOLE, SQUARE)) == MOST


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_all_or_nothing(threshold: float) -> None:
    boxes = lit_boxes(np.full((8, 8), 0.5, np.float32), threshold, WHOLE, SQUARE)
    assert corners(boxes) == ([(0.0, 0.0, 1.0, 1.0)] if threshold == 0.0 else [])
