from __future__ import annotations

import numpy as np
import pytest

from radiology.imaging.deid.masking import masked, text_mask
from radiology.imaging.deid.options import Markers
from tests.radiology.imaging.deid.plants import background, drawn


def test_nothing_is_masked_where_there_is_no_text() -> None:
    pixels = background()
    result = masked(pixels)
    assert result.regions == 0
    assert result.pixels is pixels


@pytest.mark.parametrize(("grey", "turned"), [(255, False), (255, True), (0, False), (0, True), (180, False)])
def test_bright_dark_and_turned_text_is_found(grey: int, turned: bool) -> None:
    pixels, ink = drawn(background(), "DOE JANE 4711", (60, 200), grey, turned)
    mask = text_mask(pixels)
    assert mask[ink].mean() > 0.95
    assert mask.mean() < 0.1


@pytest.mark.parametrize("bits", [12, 16])
def test_text_beyond_the_range_of_the_film_is_found(bits: int) -> None:
    """A writer may draw in the highest stored value."""
    pixels, ink = drawn(background(), "DOE JANE 4711", (60, 200), 255)
    deep = pixels.astype(np.uint16) * 8
    deep[ink] = 2**bits - 1
    result = masked(deep)
    assert result.pixels.dtype == np.uint16
    assert (result.pixels[ink] < 2048).mean() > 0.95


def test_signed_values_and_colour() -> None:
    pixels, ink = drawn(background(), "DOE JANE 4711", (60, 200), 255)
    signed = pixels.astype(np.int16) - 1000
    assert (masked(signed).pixels[ink] < -800).mean() > 0.95
    colour = np.stack([pixels] * 3, axis=-1)
    assert (masked(colour).pixels[ink] < 200).mean() > 0.95


@pytest.mark.parametrize("colour", [(0, 0, 255), (255, 0, 0), (180, 60, 60)])
def test_coloured_text_as_bright_as_the_film_is_found(colour: tuple[int, int, int]) -> None:
    pixels, ink = drawn(np.full((300, 400), 40, dtype=np.uint8), "DOE JANE 4711", (60, 100), 255)
    film = np.where(ink[..., None], np.array(colour, dtype=np.uint8), np.stack([pixels] * 3, axis=-1))
    assert text_mask(film)[ink].mean() > 0.95


def test_the_grey_around_fills_the_mask() -> None:
    flat = np.full((300, 400), 90, dtype=np.uint8)
    pixels, _ = drawn(flat, "DOE JANE 4711", (60, 100), 250)
    assert (masked(pixels).pixels == 90).all()


def test_one_letter_is_a_marker() -> None:
    pixels, ink = drawn(background(), "R", (440, 20), 255)
    assert not text_mask(pixels)[ink].any()
    assert text_mask(pixels, Markers.MASK)[ink].mean() > 0.95


def test_a_flat_image_has_no_text() -> None:
    assert not text_mask(np.zeros((64, 64), dtype=np.uint16)).any()
