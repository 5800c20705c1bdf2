from __future__ import annotations

import numpy as np
import pytest

from radiology.imaging.letterbox import Letterbox, letterbox


def test_a_wide_image_lies_centred_between_black_bars() -> None:
    square, box = letterbox(np.full((30, 60), 200, np.uint8), 20)
    assert square.shape == (20, 20)
    assert (square[5:15] == 200).all()
    assert not square[:5].any()
    assert not square[15:].any()
    assert box == Letterbox(width=60, height=30, size=20)


def test_shrinking_averages_instead_of_picking() -> None:
    checks = (np.indices((96, 96)).sum(0) % 2 * 255).astype(np.uint8)
    square, _ = letterbox(checks, 12)
    assert np.abs(square.astype(int) - 127).max() <= 2


def test_an_image_of_the_right_size_is_left_as_it_is() -> None:
    image = np.random.default_rng(1).integers(0, 256, (17, 17)).astype(np.uint8)
    assert (letterbox(image, 17)[0] == image).all()


def test_a_sliver_keeps_a_pixel() -> None:
    assert letterbox(np.full((4000, 3), 9, np.uint8), 32)[0].max() == 9


def test_corners_worked_by_hand() -> None:
    box = Letterbox(width=60, height=30, size=20)
    assert box.to_square(0, 0, 1, 1) == (0, 0.25, 1, 0.75)
    assert box.to_full(0.25, 0.25, 0.5, 0.5) == (0.25, 0, 0.5, 0.5)
    assert box.to_full(0, 0, 1, 1) == (0, 0, 1, 1), "what lies on the bars is clipped"


@pytest.mark.parametrize("shape", [(41, 67), (67, 41), (50, 50), (1955, 1841)])
def test_there_and_back(shape: tuple[int, int]) -> None:
    box = Letterbox(width=shape[1], height=shape[0], size=224)
    corners = (0.1, 0.2, 0.7, 0.93)
    assert box.to_full(*box.to_square(*corners)) == pytest.approx(corners)


def test_a_point_lands_where_the_pixels_do() -> None:
    image = np.zeros((40, 80), np.uint8)
    image[20:30, 60:70] = 255
    square, box = letterbox(image, 40)
    x0, y0, x1, y1 = (round(40 * value) for value in box.to_square(60 / 80, 20 / 40, 70 / 80, 30 / 40))
    assert square[y0:y1, x0:x1].mean() > 200
    square[y0 - 2 : y1 + 2, x0 - 2 : x1 + 2] = 0
    assert square.max() < 20
