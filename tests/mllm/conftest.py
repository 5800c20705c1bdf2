"""Tiny random checkpoints, one of a kind: every dimension is a different number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

TEXTS = (
    "There is a small left pleural effusion. The heart is normal in size.",
    "Frontal: Lateral: Prior frontal: Prior report: Indication: Case 1, similarity .81: Write the report with boxes.",
    "Impression: consolidation in the right lower lung. Is there a nodule? yes no Options: left; right; both.",
)


def tokenizer(size: int) -> Any:
    from mllm.model.assembly import train_tokenizer

    return train_tokenizer(TEXTS * 9, size)


@pytest.fixture(scope="session")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LLaVA as this repository assembles it: 16 patches of a 56 px square; widths that 4 bits can pack."""
    import torch
    from transformers import CLIPVisionConfig, Qwen3Config

    from mllm.model.assembly import assemble
    from mllm.model.saving import save_model

    torch.manual_seed(1)
    tower = CLIPVisionConfig(
        hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=56, patch_size=14
    )
    lm = Qwen3Config(
        hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=8, num_key_value_heads=4,
        head_dim=24, tie_word_embeddings=True, max_position_embeddings=500, initializer_range=0.5,
    )  # fmt: skip
    model, processor = assemble(tower, lm, tokenizer(600), 56)
    folder = tmp_path_factory.mktemp("llava")
    save_model(model, processor, folder)
    return folder


@pytest.fixture(scope="session")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gemma-3-shaped: SigLIP, 4 tokens an image, sliding windows shorter than the prompt, its own image tokens."""
    import torch
    from transformers import (
        Gemma3Config,
        Gemma3ForConditionalGeneration,
        Gemma3ImageProcessorPil,
        Gemma3Processor,
        Gemma3TextConfig,
        SiglipVisionConfig,
    )

    torch.manual_seed(2)
    words = tokenizer(601)
    words.add_special_tokens(
        {"extra_special_tokens": ["<start_of_image>", "<end_of_image>", "<image_soft_token>", "<start>", "<stop>"]}
    )
    words.bos_token = "<start>"
    for name, token in (("boi", "<start_of_image>"), ("eoi", "<end_of_image>"), ("image", "<image_soft_token>")):
        words.init_kwargs[f"{name}_token"] = token
        setattr(words, f"{name}_token", token)
        setattr(words, f"{name}_token_id", words.convert_tokens_to_ids(token))
    text = Gemma3TextConfig(
        vocab_size=len(words), hidden_size=36, intermediate_size=52, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, head_dim=10, sliding_window=12, max_position_embeddings=400, initializer_range=0.4,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        pad_token_id=words.pad_token_id, eos_token_id=words.convert_tokens_to_ids("<stop>"), bos_token_id=None,
        tie_word_embeddings=False,
    )  # fmt: skip
    vision = SiglipVisionConfig(
        hidden_size=20, intermediate_size=28, num_hidden_layers=2, num_attention_heads=2, image_size=42, patch_size=7
    )
    config = Gemma3Config(
        text_config=text, vision_config=vision, mm_tokens_per_image=4, boi_token_index=words.boi_token_id,
        eoi_token_index=words.eoi_token_id, image_token_index=words.image_token_id,
        tie_word_embeddings=False,
    )  # fmt: skip
    template = (
        "<start>{% for m in messages %}<|{{ m['role'] }}|>{% for p in m['content'] %}"
        "{{ '<start_of_image>' if p['type'] == 'image' else p['text'] | trim }}{% endfor %}<stop>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    folder = tmp_path_factory.mktemp("gemma")
    Gemma3ForConditionalGeneration(config).save_pretrained(folder)
    images = Gemma3ImageProcessorPil(size={"height": 42, "width": 42})
    Gemma3Processor(images, words, chat_template=template, image_seq_length=4).save_pretrained(folder)
    return folder
