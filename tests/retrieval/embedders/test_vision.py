"""Vision towers of transformers with tiny random weights: registers, CLIP, pooling, what names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import (
    BitImageProcessorPil,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    CLIPVisionConfig,
    CLIPVisionModel,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
    SiglipImageProcessorPil,
    SiglipVisionConfig,
    SiglipVisionModel,
)

from radiology.errors import SightlineError
from retrieval.embedders.table import open_embedder
from retrieval.embedders.vision import VisionEmbedder, open_vision

SIDE, WIDTH = 28, 12
SHAPE: dict[str, Any] = {"hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": SIDE}
CROPPED: dict[str, Any] = {"size": {"shortest_edge": 36}, "crop_size": {"height": SIDE, "width": SIDE}}


def film(seed: int, height: int = 90, width: int = 60) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def save_dinov2(folder: Path, seed: int = 0) -> str:
    torch.manual_seed(seed)
    config = Dinov2WithRegistersConfig(**SHAPE, patch_size=14, num_register_tokens=3)
    Dinov2WithRegistersModel(config).save_pretrained(folder)
    BitImageProcessorPil(**CROPPED, image_mean=[0.53] * 3, image_std=[0.26] * 3).save_pretrained(folder)
    return str(folder)


def save_clip(folder: Path) -> str:
    torch.manual_seed(0)
    CLIPVisionModel(CLIPVisionConfig(**SHAPE, patch_size=7, intermediate_size=9)).save_pretrained(folder)
    CLIPImageProcessorPil(**CROPPED).save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("save", [save_dinov2, save_clip])
def test_films_of_any_shape_become_rows_of_unit_length(tmp_path: Path, save: Any) -> None:
    embedder = open_vision(save(tmp_path))
    films = [film(1), film(2, 17, 400), film(3, SIDE, SIDE), np.zeros((1, 1), np.uint8)] * 5
    rows = embedder.images(films)
    assert rows.shape == (20, WIDTH)
    assert rows.dtype == np.float32
    assert embedder.width == WIDTH
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.allclose(rows[1], embedder.images(films[1:2])[0], atol=1e-5)
    assert embedder.images([]).shape == (0, WIDTH)


def test_the_mean_is_that_of_patches_without_cls_and_registers(tmp_path: Path) -> None:
    square = film(4, SIDE, SIDE)
    rows = {how: open_vision(f"{save_dinov2(tmp_path)}@{how}").images([square])[0] for how in ("cls", "mean")}
    pixels = torch.tensor((square / 255.0 - 0.53) / 0.26, dtype=torch.float32).expand(1, 3, -1, -1)
    tower = Dinov2WithRegistersModel.from_pretrained(tmp_path).eval()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        states = tower(pixel_values=pixels).last_hidden_state[0].numpy()
    for how, expected in (("cls", states[0]), ("mean", states[4:].mean(0))):
        assert np.allclose(rows[how], expected / np.linalg.norm(expected), atol=1e-4), how


def test_the_edge_of_a_film_counts(tmp_path: Path) -> None:
    """A processor that crops to a square would lose both ends of a tall film."""
    tall = np.full((90, 45), 120, np.uint8)
    marked = tall.copy()
    marked[82:] = 255
    rows = open_vision(save_dinov2(tmp_path)).images([tall, marked])
    assert not np.allclose(rows[0], rows[1], atol=1e-3)


def test_weights_pooling_and_preprocessing_are_in_the_name(tmp_path: Path) -> None:
    first, second = (save_dinov2(tmp_path / str(seed), seed) for seed in (0, 1))
    names = {open_vision(spec).id for spec in (first, second, f"{first}@mean")}
    assert len(names) == 3
    assert open_vision(first).id == open_vision(first).id
    BitImageProcessorPil(**CROPPED, image_mean=[0.4] * 3, image_std=[0.26] * 3).save_pretrained(first)
    assert open_vision(first).id not in names
    assert str(tmp_path) not in "".join(names)


def test_the_film_side_of_an_image_text_checkpoint_is_taken(tmp_path: Path) -> None:
    text = {
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 9,
        "vocab_size": 20,
    }
    vision = {**SHAPE, "patch_size": 7, "intermediate_size": 9}
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=6)).save_pretrained(tmp_path)
    CLIPImageProcessorPil(**CROPPED).save_pretrained(tmp_path)
    assert open_vision(str(tmp_path)).images([film(0)]).shape == (1, WIDTH)


def test_a_tower_without_cls_takes_the_mean(tmp_path: Path) -> None:
    SiglipVisionModel(SiglipVisionConfig(**SHAPE, patch_size=14, intermediate_size=9)).save_pretrained(tmp_path)
    SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE}).save_pretrained(tmp_path)
    embedder: VisionEmbedder = open_vision(str(tmp_path))
    assert ":mean:" in embedder.id
    assert embedder.images([film(0)]).shape == (1, WIDTH)
    with pytest.raises(SightlineError, match="has no CLS token"):
        open_vision(f"{tmp_path}@cls")


@pytest.mark.parametrize("what", ["nowhere/at-all", "/no/such/folder", "@mean", "a b c"])
def test_what_is_no_tower_is_refused_in_one_sentence(what: str) -> None:
    with pytest.raises(SightlineError, match=r"cannot be opened as a vision tower|names no tower"):
        open_embedder(f"vision:{what}")


def test_a_folder_without_a_processor_or_with_damaged_weights_is_refused(tmp_path: Path) -> None:
    folder = save_dinov2(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x00" * 40)
    with pytest.raises(SightlineError, match="cannot be opened"):
        open_vision(folder)
    save_dinov2(tmp_path)
    (tmp_path / "preprocessor_config.json").unlink()
    with pytest.raises(SightlineError, match="cannot be opened"):
        open_vision(folder)
