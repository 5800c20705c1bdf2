from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Message, Request
from mllm.model.loading import load_model, weights_hash
from mllm.model.saving import save_model


def test_a_small_model_is_read_in_full_precision(llava: Path) -> None:
    loaded = load_model(llava, "tiny")
    assert loaded.model.dtype == torch.float32
    assert not loaded.model.training
    assert loaded.hash == weights_hash(llava)


@pytest.mark.parametrize("load", ["4bit", "8bit"])
def test_fewer_bits_leave_tower_and_projector_whole(llava: Path, load: str) -> None:
    pytest.importorskip("bitsandbytes")
    loaded = load_model(llava, "tiny", load)
    kinds = {name: type(module).__name__ for name, module in loaded.model.named_modules()}
    quantised = {name for name, kind in kinds.items() if kind in {"Linear4bit", "Linear8bitLt"}}
    assert len(quantised) == 3 * 7  # all of a layer's projections, in three layers
    assert all(".language_model." in name for name in quantised)
    (answer,) = LocalEngine(loaded).complete([Request((Message("user", "left"),))], 3)
    assert all(piece.probability is not None for piece in answer.pieces)


def test_the_hash_tells_weights_apart(tmp_path: Path) -> None:
    assert weights_hash(tmp_path) == ""
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = weights_hash(tmp_path)
    (tmp_path / "heads.safetensors").write_bytes(b"two")
    second = weights_hash(tmp_path)
    (tmp_path / "card.md").write_text("text")
    assert weights_hash(tmp_path) == second
    assert len({first, second, ""}) == 3


def test_saving_makes_small_bf16_files_and_keeps_the_model(
    llava: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mllm.model.saving.SHARD", "60KB")
    loaded = load_model(llava, "tiny")
    (tmp_path / "model-00001-of-00099.safetensors").write_bytes(b"old")
    save_model(loaded.model, loaded.processor, tmp_path)
    files = list(tmp_path.glob("model*.safetensors"))
    assert len(files) > 1
    assert not (tmp_path / "model-00001-of-00099.safetensors").exists()
    assert loaded.model.dtype == torch.float32
    again = load_model(tmp_path, "again")
    total = sum(weight.numel() for weight in again.model.parameters())
    assert sum(file.stat().st_size for file in files) < 2.2 * total  # two bytes each, tied weights once, and headers
    before, after = loaded.model.state_dict(), again.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
