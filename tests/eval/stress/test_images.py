from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from eval.stress import images
from eval.stress.corruptions import CORRUPTIONS

FILM = np.clip(gaussian_filter(np.random.default_rng(2).normal(128, 600, (168, 224)), 4), 20, 235).astype(np.uint8)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_stronger_changes_more_and_the_same_seed_the_same(name: str) -> None:
    corruption = CORRUPTIONS[name]
    before = FILM.copy()
    changed = [corruption.apply(FILM, amount, rng()) for amount in corruption.severities]
    assert {(image.shape, image.dtype) for image in changed} == {(FILM.shape, np.dtype(np.uint8))}
    assert np.array_equal(FILM, before)
    assert np.array_equal(changed[0], corruption.apply(FILM, corruption.severities[0], rng()))
    lost = [float(np.abs(image.astype(int) - FILM).mean()) for image in changed]
    assert 0 < lost[0] < 60 or name == "inversion"
    assert len(changed) in (1, 5)
    assert lost == sorted(lost) or name == "displacement"


def test_values_by_hand() -> None:
    flat = np.array([[0, 100], [200, 100]], np.uint8)
    assert images.flattened(flat, 0.5, rng()).tolist() == [[50, 100], [150, 100]]
    assert images.inverted(flat, 1, rng()).tolist() == [[255, 155], [55, 155]]
    assert images.mirrored(flat, rng()).tolist() == [[100, 0], [100, 200]]
    assert images.exposed(np.array([[0, 255]], np.uint8), 3, rng()).tolist() == [[0, 255]]
    assert images.coarsened(np.array([[0, 100], [200, 100]], np.uint8), 2, rng()).tolist() == [[100, 100], [100, 100]]


def test_moves_lose_what_leaves_and_open_black() -> None:
    film = np.arange(1, 13, dtype=np.uint8).reshape(3, 4)
    assert images.moved(film, 1, 0).tolist() == [[0, 1, 2, 3], [0, 5, 6, 7], [0, 9, 10, 11]]
    assert images.moved(film, -2, 1).tolist() == [[0, 0, 0, 0], [3, 4, 0, 0], [7, 8, 0, 0]]
    assert not images.moved(film, 4, 0).any()


def test_both_signs_occur() -> None:
    means = {images.exposed(FILM, 2, np.random.default_rng(i)).mean() > FILM.mean() for i in range(8)}
    turned = {images.rotated(FILM, 20, np.random.default_rng(i)).tobytes() for i in range(8)}
    assert means == {True, False}
    assert len(turned) == 2


def test_a_stamp_is_a_black_bar_with_bright_letters() -> None:
    stamped = images.stamped(np.full((100, 200), 128, np.uint8), 0.1, rng())
    bar = (stamped != 128).all(axis=1)
    rows = stamped[(stamped == 0).any(axis=1)]
    assert bar.sum() <= 20 == len(rows)
    assert rows.max() > 200


def test_static_keeps_brightness_and_nothing_else() -> None:
    noise = images.static(FILM, rng())
    assert noise.mean() == pytest.approx(FILM.mean(), abs=3)
    assert abs(np.corrcoef(noise.ravel(), FILM.ravel())[0, 1]) < 0.05
