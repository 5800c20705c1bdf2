"""Tiny random models of three kinds, one of them counts an image's positions by its sides, not by its tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mllm.model.assembly import train_tokenizer
from mllm.model.loading import Loaded, load_model

TEXTS = ("There is a small left pleural effusion.", "Frontal: Write the report. Is there a nodule? yes no left right")
TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{% for p in m['content'] %}"
    "{{ '<|vision_start|><|image_pad|><|vision_end|>' if p['type'] == 'image' else p['text'] }}{% endfor %}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture(scope="session", params=["llava", "gemma", "qwen"])
def loaded(request: pytest.FixtureRequest) -> Loaded:
    made: Loaded | Path = request.getfixturevalue(request.param)
    return load_model(made, request.param) if isinstance(made, Path) else made


@pytest.fixture(scope="session")
def qwen() -> Loaded:
    """Qwen3-VL-shaped: multimodal rotary positions, features of several tower layers, 4 tokens an image."""
    import torch
    from transformers import Qwen2VLImageProcessorPil, Qwen3VLConfig, Qwen3VLForConditionalGeneration, Qwen3VLProcessor
    from transformers.processing_utils import ProcessorMixin

    class ImagesOnly(Qwen3VLProcessor):
        """Without the video part, which needs torchvision."""

        def __init__(self, image_processor: Any, tokenizer: Any) -> None:
            self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
            self.image_token_id, self.video_token_id = tokenizer.convert_tokens_to_ids(
                ["<|image_pad|>", "<|video_pad|>"]
            )
            ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=TEMPLATE)  # type: ignore[no-untyped-call]

    torch.manual_seed(3)
    words = train_tokenizer(TEXTS * 9, 603)
    marks = ["<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>"]
    words.add_special_tokens({"extra_special_tokens": marks})
    start, image, end, video = [int(str(words.convert_tokens_to_ids(mark))) for mark in marks]
    text = {
        "vocab_size": len(words), "hidden_size": 48, "intermediate_size": 72, "num_hidden_layers": 3,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "initializer_range": 0.4,
        "max_position_embeddings": 400, "eos_token_id": words.eos_token_id, "pad_token_id": words.pad_token_id,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2]},
    }  # fmt: skip
    vision = {
        "depth": 2, "hidden_size": 24, "intermediate_size": 28, "num_heads": 2, "patch_size": 7, "out_hidden_size": 48,
        "num_position_embeddings": 16, "deepstack_visual_indexes": [0], "initializer_range": 0.4,
    }  # fmt: skip
    config = Qwen3VLConfig(
        text_config=text, vision_config=vision, image_token_id=image, video_token_id=video,
        vision_start_token_id=start, vision_end_token_id=end,
    )  # fmt: skip
    images = Qwen2VLImageProcessorPil(
        patch_size=7, merge_size=2, size={"shortest_edge": 28 * 28, "longest_edge": 28 * 28}
    )
    model = Qwen3VLForConditionalGeneration(config)
    model.train(False)
    return Loaded(model, ImagesOnly(images, words), "qwen", "")
