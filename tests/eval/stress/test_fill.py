from __future__ import annotations

import numpy as np
import pytest

from eval.stress.fill import Place, filled

RAMP = np.add.outer(np.arange(60) * 1.5, np.arange(80) * 2.0).astype(np.uint8)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("place", [(20, 15, 45, 40), (0, 10, 20, 30), (60, 40, 80, 60)])
def test_a_spot_on_a_ramp_is_gone_and_the_rest_is_as_it_was(place: Place) -> None:
    x0, y0, x1, y1 = place
    film = RAMP.copy()
    film[y0 + 3 : y1 - 3, x0 + 3 : x1 - 3] = 255
    after = filled(film, place, rng()).astype(int)
    inside = np.zeros(film.shape, bool)
    inside[y0:y1, x0:x1] = True
    assert np.array_equal(after[~inside], film[~inside])
    at_border = x0 == 0 or x1 == 80
    assert np.abs(after - RAMP)[inside].max() <= (45 if at_border else 12)
    assert after[inside].max() < 250


def test_the_grain_goes_on_inside() -> None:
    film = np.clip(np.random.default_rng(1).normal(120, 12, (80, 80)), 0, 255).astype(np.uint8)
    after = filled(film, (20, 20, 60, 60), rng())
    assert after[20:60, 20:60].std() == pytest.approx(12, rel=0.25)
    assert after[20:60, 20:60].mean() == pytest.approx(120, abs=4)


def test_a_whole_film_becomes_its_mean() -> None:
    assert filled(RAMP, (0, 0, 80, 60), rng()).std() == 0
