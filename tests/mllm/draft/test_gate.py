"""What is refused, what is flagged, and what an older gate without these outputs leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset

from mllm.draft.gate import flaws, refusal
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept
from radiology.imaging.letterbox import Letterbox
from radiology.imaging.scope import is_blank, is_coloured, lies

BOX = Letterbox(32, 32, 32)
FILM = np.arange(1024, dtype=np.uint16).reshape(32, 32).astype(np.uint8)


def percept(**gate: float) -> Percept:
    return Percept({}, {}, gate, np.zeros(3, np.float32))


@pytest.mark.parametrize(
    ("gate", "flags"),
    [
        ({"chest": 0.9, "medical": 0.9}, None),
        ({"chest": 0.2}, ("not_chest",)),
        ({"chest": 0.2, "medical": 0.9}, ("not_chest",)),
        ({"chest": 0.2, "medical": 0.1}, ("not_chest", "not medical")),
        ({}, None),
    ],
)
def test_refusals_by_the_gate(gate: dict[str, float], flags: tuple[str, ...] | None) -> None:
    refused = refusal(percept(**gate), FILM, BOX)
    assert (refused and refused.flags) == flags


def test_a_blank_film_is_refused_whatever_the_gate_says() -> None:
    film = np.full((32, 32), 90, np.uint8)
    film[3, 3] = 255
    refused = refusal(percept(chest=1.0), film, BOX)
    assert refused is not None
    assert refused.flags == ("not_chest", "blank")


def test_margins_do_not_make_a_constant_film_less_blank() -> None:
    square = np.zeros((32, 32), np.uint8)
    square[:, 8:24] = 90
    assert not is_blank(square)
    assert refusal(percept(chest=1.0), square, Letterbox(16, 32, 32)) is not None


def righting(films: Sequence[GrayImage]) -> list[Percept]:
    """Turned or mirrored until its first pixel is black."""
    return [percept(upside_down=float(f[0, 0] > 0), mirrored=0.0, inverted=0.9, turned=0.9) for f in films]


@pytest.mark.parametrize(
    ("gate", "flags"),
    [
        ({"upside_down": 0.9}, ("upside down",)),
        ({"mirrored": 0.9, "lateral": 0.1}, ("may be mirrored",)),
        ({"mirrored": 0.9, "lateral": 0.9}, ()),
        ({"inverted": 0.9, "turned": 0.9}, ()),
        ({"mirrored": 0.4}, ()),
        ({"chest": 1.0}, ()),
    ],
)
def test_a_flag_is_confirmed_on_the_film_put_right(gate: dict[str, float], flags: tuple[str, ...]) -> None:
    film = np.ascontiguousarray(FILM[::-1, ::-1])
    assert flaws(percept(**gate), film, righting) == flags


@pytest.mark.parametrize(
    ("orientation", "told"),
    [
        (["L", "F"], None),
        (["R", "F"], "mirrored"),
        (["R", "H"], "upside down"),
        (["A", "F"], None),
        (["F", "R"], "turned"),
        (None, None),
    ],
)
def test_how_the_header_says_a_film_is_stored(orientation: list[str] | None, told: str | None) -> None:
    header = Dataset()
    header.PatientOrientation = orientation
    assert lies(header) == told


def test_photographs_have_several_hues_and_tinted_films_one(tmp_path: Path) -> None:
    ramp = np.linspace(0, 1, 64)[None, :] * np.ones((64, 1))
    tinted = np.stack([ramp * 200, ramp * 225, ramp * 255], axis=2)
    photo = np.stack([ramp * 255, 255 - ramp * 255, ramp.T * 255], axis=2)
    for name, pixels in (("tinted", tinted), ("photo", photo)):
        Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / f"{name}.png")
    assert not is_coloured(tmp_path / "tinted.png")
    assert is_coloured(tmp_path / "photo.png")
