"""Stage `gate` on a tiny tower: labels after a change, made-up pictures, and heads that keep all but their gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mllm.model.heads import CHECKS, Heads, HeadsCard, new_tower, open_perception, save_heads, tower_hash
from radiology.errors import SightlineError
from train.gate import GateSettings, labels, no_patient, run
from train.gate_films import changed, exchanged, made
from train.shelf import stock_phantoms

SIZE, WIDTH = 48, 32
SETTINGS = {"shares": {"phantom": 0.7, "made": 0.3}, "films": 24, "epochs": 2, "batch": 8, "learning_rate": 1e-3}


def named(row: np.ndarray) -> dict[str, float]:
    return dict(zip(CHECKS, row.tolist(), strict=True))


def test_a_mirrored_frontal_is_still_a_chest_film() -> None:
    row = named(labels(np.array([1, 0, 1], np.float32), "mirrored"))
    assert (row["chest"], row["medical"], row["mirrored"], row["upside_down"], row["inverted"]) == (1, 1, 1, 0, 0)


@pytest.mark.parametrize(("lateral", "change"), [(1, "none"), (1, "mirrored"), (0, "turned"), (np.nan, "none")])
def test_a_side_is_told_only_on_upright_frontals(lateral: float, change: str) -> None:
    row = named(labels(np.array([1, lateral, 0], np.float32), change))  # type: ignore[arg-type]
    assert np.isnan(row["mirrored"])


def test_of_a_picture_of_no_patient_nothing_else_is_known() -> None:
    assert {name for name, value in named(no_patient()).items() if value == 0} == {"chest", "medical"}


def test_margins_stay_black_when_black_and_white_are_exchanged() -> None:
    film = np.zeros((4, 6), np.uint8)
    film[1:3, 1:5] = 200
    assert exchanged(film).tolist() == np.where(film == 200, 55, 0).tolist()


def test_changes_undo_themselves() -> None:
    rng = np.random.default_rng(0)
    film = rng.integers(1, 255, (6, 6), np.uint8)
    assert (changed(film, "mirrored", rng)[:, ::-1] == film).all()
    assert (changed(film, "upside_down", rng)[::-1].sum(axis=1) == film.sum(axis=1)).all()


def test_made_pictures_are_squares_and_differ() -> None:
    rng = np.random.default_rng(0)
    pictures = [made(SIZE, rng) for _ in range(20)]
    assert {(picture.shape, picture.dtype.name) for picture in pictures} == {((SIZE, SIZE), "uint8")}
    assert len({picture.tobytes() for picture in pictures}) == 20


@pytest.fixture
def start(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    tower = new_tower(WIDTH, 1, 2, SIZE)
    card = HeadsCard(image=("nodule",), embedding=7, tower_hash=tower_hash(tower))
    tower.save_pretrained(tmp_path / "start" / "tower")
    save_heads(tmp_path / "start", Heads(WIDTH, card), card)
    stock_phantoms(tmp_path / "shelf", 1000, 10, SIZE, 1, lambda done: None)
    return tmp_path / "start"


def test_only_the_gate_is_new(start: Path) -> None:
    old = open_perception(start)
    paths = {"out": start, "start": start, "shelf": start.parent / "shelf"}
    new = open_perception(run(GateSettings.model_validate({**paths, **SETTINGS})))
    film = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE), np.uint8)
    assert tuple(new.see([film])[0].gate) == CHECKS
    assert tuple(old.see([film])[0].gate) == CHECKS[:3]
    assert np.allclose(new.see([film])[0].embedding, old.see([film])[0].embedding, atol=0.02)


def test_shares_must_name_a_group(start: Path) -> None:
    wrong = {**SETTINGS, "shares": {"nih": 1.0, "made": 0.3}}
    paths = {"out": start, "start": start, "shelf": start.parent / "shelf"}
    with pytest.raises(SightlineError, match="none of its groups phantom"):
        run(GateSettings.model_validate({**paths, **wrong}))


def test_the_shipped_configuration_can_be_read() -> None:
    assert GateSettings.read(Path("train/configs/gate-mini.yaml")).shares["made"] > 0
