"""Heads on a tiny tower: shapes, saving, and the refusal of another tower's heads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from mllm.model.heads import (
    Heads,
    HeadsCard,
    LocalPerception,
    new_tower,
    open_perception,
    patch_tokens,
    perception_of,
    save_heads,
    to_pixels,
    tower_hash,
)
from mllm.model.perception import Thresholds
from radiology.errors import SightlineError

SIZE, WIDTH, PATCHES = 48, 32, 9


def saved(folder: Path, seed: int = 0) -> HeadsCard:
    torch.manual_seed(seed)
    tower = new_tower(WIDTH, 1, 2, SIZE)
    rule = Thresholds(patch=0.4, lower=0.1, upper=0.7)
    card = HeadsCard(
        dense=("nodule", "edema"),
        image=("nodule", "edema", "mass", "hernia"),
        embedding=7,
        tower_hash=tower_hash(tower),
        thresholds={"nodule": rule},
    )
    tower.save_pretrained(folder / "tower")
    save_heads(folder, Heads(WIDTH, card), card)
    return card


def films(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(3).integers(0, 256, (count, SIZE, SIZE), np.uint8))


def test_a_percept_has_the_shapes_it_states(tmp_path: Path) -> None:
    card = saved(tmp_path)
    percepts = open_perception(tmp_path).see(films(3))
    assert len(percepts) == 3
    for percept in percepts:
        assert {name: image.shape for name, image in percept.maps.items()} == {"nodule": (3, 3), "edema": (3, 3)}
        assert tuple(percept.probabilities) == card.image
        assert set(percept.gate) == {"chest", "lateral", "AP"}
        assert np.linalg.norm(percept.embedding) == pytest.approx(1, abs=1e-5)


def test_batches_do_not_change_what_is_seen(tmp_path: Path) -> None:
    saved(tmp_path)
    perception, images = open_perception(tmp_path), films(19)
    together = perception.see(images)
    alone = [perception.see([image])[0] for image in images]
    assert all(np.allclose(a.embedding, b.embedding, atol=1e-4) for a, b in zip(together, alone, strict=True))


def test_thresholds_and_the_embedder_are_remembered(tmp_path: Path) -> None:
    card = saved(tmp_path)
    perception: LocalPerception = open_perception(tmp_path)
    assert perception.thresholds["nodule"] == Thresholds(patch=0.4, lower=0.1, upper=0.7)
    assert card.tower_hash in perception.embedder_id
    assert perception.image_size == SIZE


def test_heads_of_another_tower_are_refused(tmp_path: Path) -> None:
    saved(tmp_path, seed=0)
    torch.manual_seed(1)
    new_tower(WIDTH, 1, 2, SIZE).save_pretrained(tmp_path / "tower")
    with pytest.raises(SightlineError, match="belong to tower"):
        open_perception(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff", b'{"image": 3}'])
def test_damaged_heads_are_refused(content: bytes, tmp_path: Path) -> None:
    saved(tmp_path)
    (tmp_path / "heads.json").write_bytes(content)
    with pytest.raises(SightlineError, match="does not describe the heads"):
        open_perception(tmp_path)


def test_a_folder_without_heads_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="sightline train encoder"):
        open_perception(tmp_path)


def test_one_patch_token_for_each_square_of_16_pixels() -> None:
    tower = new_tower(WIDTH, 1, 2, SIZE)
    assert patch_tokens(tower, to_pixels(films(2))).shape == (2, PATCHES, WIDTH)


def test_a_model_brings_its_own_heads_or_gets_the_bundled_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    hashes = [saved(folder, seed).tower_hash for seed, folder in enumerate((own, bundled))]
    monkeypatch.setattr("mllm.model.heads.MINI", bundled)
    chosen = [perception_of(model).card.tower_hash for model in (str(own), str(tmp_path), "mini", "owner/name")]
    assert chosen == [hashes[0], hashes[1], hashes[1], hashes[1]]
