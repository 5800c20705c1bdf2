from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from accelerate import init_empty_weights
from transformers import (
    AutoModelForImageTextToText,
    CLIPVisionConfig,
    Gemma3Config,
    InternVLConfig,
    LlavaNextConfig,
    PretrainedConfig,
    Qwen2_5_VLConfig,
    Qwen3Config,
    Qwen3VLConfig,
)
from transformers.quantizers.quantizers_utils import should_convert_module

from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Message, Request
from mllm.model.assembly import assemble, train_tokenizer
from mllm.model.loading import Loaded, kept_whole, load_model, weights_hash
from mllm.model.saving import save_model
from radiology.errors import SightlineError


def test_a_small_model_is_read_in_full_precision(llava: Path) -> None:
    loaded = load_model(llava, "tiny")
    assert loaded.model.dtype == torch.float32
    assert not loaded.model.training
    assert loaded.hash == weights_hash(llava)


def quantised(loaded: Loaded) -> set[str]:
    kinds = {name: type(module).__name__ for name, module in loaded.model.named_modules()}
    return {name for name, kind in kinds.items() if kind in {"Linear4bit", "Linear8bitLt"}}


@pytest.mark.parametrize("load", ["4bit", "8bit"])
def test_fewer_bits_leave_tower_and_projector_whole(llava: Path, load: str) -> None:
    pytest.importorskip("bitsandbytes")
    loaded = load_model(llava, "tiny", load)
    assert len(quantised(loaded)) == 3 * 7  # all of a layer's projections, in three layers
    assert all(".language_model." in name for name in quantised(loaded))
    assert loaded.id == f"tiny in {load}"
    (answer,) = LocalEngine(loaded).complete([Request((Message("user", "left"),))], 3)
    assert all(piece.probability is not None for piece in answer.pieces)


def test_layers_that_a_cpu_cannot_pack_stay_whole(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    tower = CLIPVisionConfig(
        hidden_size=24, intermediate_size=40, num_hidden_layers=1, num_attention_heads=3, image_size=56, patch_size=14
    )
    lm = Qwen3Config(
        hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        head_dim=32, tie_word_embeddings=True, max_position_embeddings=100,
    )  # fmt: skip
    save_model(*assemble(tower, lm, train_tokenizer(["left right"], 400), 56), tmp_path)
    loaded = load_model(tmp_path, "odd", "4bit")
    whole = {".".join(name.split(".")[-2:]) for name in projections(loaded) - quantised(loaded)}
    assert whole == (set() if torch.cuda.is_available() else {"mlp.down_proj"})
    LocalEngine(loaded).complete([Request((Message("user", "left"),))], 2)


def projections(loaded: Loaded) -> set[str]:
    """Of the language model's layers."""
    return {
        name
        for name, _ in loaded.model.named_modules()
        if ".layers." in name and name.endswith("_proj") and ".language_model." in name
    }


@pytest.mark.parametrize(
    "config",
    [
        Gemma3Config(text_config={"num_hidden_layers": 1}, vision_config={"num_hidden_layers": 1}),
        Qwen2_5_VLConfig(text_config={"num_hidden_layers": 1}, vision_config={"depth": 1}),
        Qwen3VLConfig(
            text_config={"num_hidden_layers": 1}, vision_config={"depth": 1, "deepstack_visual_indexes": [0]}
        ),
        InternVLConfig(),
        LlavaNextConfig(),
    ],
    ids=lambda config: config.model_type,
)
def test_in_public_models_only_the_language_model_is_quantised(config: PretrainedConfig) -> None:
    with init_empty_weights():
        model = AutoModelForImageTextToText.from_config(config)  # type: ignore[no-untyped-call]
    kept = set(kept_whole(model, packed_by_cpu=True))
    linear = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    left = {name for name in linear if should_convert_module(name, sorted(kept))}
    assert left == {name for name in linear if name.startswith("model.language_model.layers.")}
    assert "lm_head" in kept


def test_a_gemma_in_eight_bits_is_refused(gemma: Path) -> None:
    with pytest.raises(SightlineError, match="writes nonsense in 8 bits, use --load 4bit"):
        load_model(gemma, "medgemma", "8bit")


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU takes any width")
def test_widths_that_no_cpu_can_pack_are_refused(gemma: Path) -> None:
    with pytest.raises(SightlineError, match="none of its layers has the widths for 4 bits on a CPU"):
        load_model(gemma, "tiny", "4bit")


def test_without_bitsandbytes(llava: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SightlineError, match="`--load 4bit`: needs bitsandbytes, run `pip install bitsandbytes`"):
        load_model(llava, "tiny", "4bit")


def test_a_model_with_code_of_its_own_is_refused(tmp_path: Path) -> None:
    own = {"model_type": "maira2", "auto_map": {"AutoConfig": "configuration_maira2.Maira2Config"}}
    (tmp_path / "config.json").write_text(json.dumps(own))
    with pytest.raises(SightlineError, match="`maira`: brings code of its own, which is not run here"):
        load_model(tmp_path, "maira")


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
