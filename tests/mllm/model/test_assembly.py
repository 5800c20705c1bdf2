from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    AutoModelForImageTextToText,
    AutoProcessor,
    BertConfig,
    CLIPVisionConfig,
    Dinov2Config,
    Dinov2WithRegistersConfig,
    Qwen2Config,
    SiglipVisionConfig,
)

from mllm.boxes import BOX_TOKENS
from mllm.model.assembly import assemble, train_tokenizer
from mllm.model.saving import save_model
from radiology.errors import SightlineError

TEXTS = ["Frontal: The left effusion is 12 mm. Impression: small."] * 9


def lm() -> Qwen2Config:
    return Qwen2Config(
        hidden_size=36, intermediate_size=44, num_hidden_layers=2, num_attention_heads=3, num_key_value_heads=1
    )


SHAPE: dict[str, Any] = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 56}
TOWERS: dict[str, Callable[[], Any]] = {
    "clip": lambda: CLIPVisionConfig(**SHAPE, intermediate_size=28, patch_size=14),
    "siglip": lambda: SiglipVisionConfig(**SHAPE, intermediate_size=28, patch_size=14),
    "dinov2": lambda: Dinov2Config(**SHAPE, mlp_ratio=2, patch_size=14),
    "registers": lambda: Dinov2WithRegistersConfig(**SHAPE, mlp_ratio=2, patch_size=14, num_register_tokens=3),
}


def built(tower: Any) -> tuple[Any, Any]:
    return assemble(tower, lm(), train_tokenizer(TEXTS, 520), 56)


def film() -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (56, 56), dtype=np.uint8))


@pytest.mark.parametrize(("tower", "tokens"), [("clip", 16), ("siglip", 16), ("dinov2", 16), ("registers", 19)])
def test_a_checkpoint_reloads_and_says_the_same(tower: str, tokens: int, tmp_path: Path) -> None:
    torch.manual_seed(3)
    model, processor = built(TOWERS[tower]())
    model.to(torch.bfloat16).float()
    save_model(model, processor, tmp_path)
    again: Any = AutoModelForImageTextToText.from_pretrained(tmp_path, dtype=torch.float32)
    reader: Any = AutoProcessor.from_pretrained(tmp_path)  # type: ignore[no-untyped-call]
    prompt = reader.apply_chat_template(
        [{"role": "user", "content": "Frontal: <image>\nWrite."}], tokenize=False, add_generation_prompt=True
    )
    before = processor(text=[prompt], images=[[film()]], return_tensors="pt")
    after = reader(text=[prompt], images=[[film()]], return_tensors="pt")
    assert (before["pixel_values"] == after["pixel_values"]).all()
    assert (after["input_ids"] == model.config.image_token_id).sum() == tokens
    with torch.inference_mode():
        assert torch.allclose(model.eval()(**before).logits, again.eval()(**after).logits, atol=1e-5)
        assert again.generate(**after, max_new_tokens=4).shape[1] <= after["input_ids"].shape[1] + 4


def test_image_features_keep_every_patch_in_order() -> None:
    """A change in the last patch's pixels changes the last image token most: no token is lost, none is shifted."""
    torch.manual_seed(3)
    model, _ = built(TOWERS["siglip"]())
    pixels = torch.zeros(1, 3, 56, 56)
    changed = pixels.clone()
    changed[..., 42:, 42:] = 1
    with torch.inference_mode():
        a, b = (model.eval().model.get_image_features(pixel_values=x).pooler_output[0] for x in (pixels, changed))
    assert a.shape == (16, 36)
    assert int((a - b).norm(dim=-1).argmax()) == 15


def test_the_picture_is_not_cropped_and_servers_can_count_its_tokens() -> None:
    _, processor = built(TOWERS["clip"]())
    frame = np.zeros((80, 80), dtype=np.uint8)
    frame[0], frame[-1] = 255, 255
    pixels = processor.image_processor(Image.fromarray(frame), return_tensors="pt")["pixel_values"]
    assert pixels.shape == (1, 3, 56, 56)
    assert float(pixels[0, 0, 0].mean()) > -0.5 < float(pixels[0, 0, -1].mean())
    assert processor._get_num_multimodal_tokens(image_sizes=[[56, 56]])["num_image_tokens"] == [16]


def test_a_tower_nobody_tried_is_refused() -> None:
    with pytest.raises(SightlineError, match="`bert`: not a known vision tower"):
        assemble(BertConfig(), lm(), train_tokenizer(TEXTS, 520), 56)


def test_the_tokenizer_keeps_marks_whole_and_digits_apart() -> None:
    words = train_tokenizer(TEXTS, 520)
    assert len(words) <= 520
    assert words.tokenize("<obj><box view=F><x_12></box></obj><image><|end|>") == [
        "<obj>", "<box view=F>", "<x_12>", "</box>", "</obj>", "<image>", "<|end|>",
    ]  # fmt: skip
    assert words.tokenize("120")[-3:] == ["1", "2", "0"]
    text = "12 mm é <obj>left<x_7>"
    assert words.decode(words(text)["input_ids"], skip_special_tokens=True) == text
    assert all(len(words(token)["input_ids"]) == 1 for token in BOX_TOKENS)


def test_the_template_takes_text_and_parts_alike() -> None:
    words = train_tokenizer(TEXTS, 520)
    text = [{"role": "user", "content": "A <image>\nB"}, {"role": "assistant", "content": "C"}]
    listed: Any = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "A "}, {"type": "image"}, {"type": "text", "text": "\nB"}],
        },
        {"role": "assistant", "content": [{"type": "text", "text": "C"}]},
    ]
    rendered = words.apply_chat_template(text, tokenize=False)
    assert rendered == "<|user|>A <image>\nB<|end|><|assistant|>C<|end|>"
    assert words.apply_chat_template(listed, tokenize=False) == rendered
    prompt = words.apply_chat_template(text[:1], tokenize=False, add_generation_prompt=True)
    assert isinstance(rendered, str)
    assert rendered.startswith(str(prompt))


def test_the_template_marks_what_the_assistant_says() -> None:
    words = train_tokenizer(TEXTS, 520)
    turns = [{"role": "user", "content": "Impression"}, {"role": "assistant", "content": "small"}]
    out: Any = words.apply_chat_template(turns, return_dict=True, return_assistant_tokens_mask=True)
    said = [token for token, mask in zip(out["input_ids"], out["assistant_masks"], strict=True) if mask]
    assert words.decode(said) == "small<|end|>"
