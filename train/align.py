"""Stage `align`: put a tower, a new projector and a language model together and teach them to name what is seen.

With a language model of its own (the bundled model) both projector and model learn; `train_projector_only` keeps a
pretrained language model as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import LlavaForConditionalGeneration, LlavaProcessor, Qwen3Config

from mllm.model.assembly import assemble, train_tokenizer
from mllm.model.heads import image_size_of, load_tower
from train.mixture import SHORT, Mixture, any_cases, corpus
from train.settings import LanguageSettings
from train.shelf import load
from train.tuning import save_with_heads, tune

CORPUS = 6000


def build(settings: LanguageSettings, mixture: Mixture) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """The tower of `settings.start` with a new tokenizer, projector and Qwen3-shaped language model."""
    tower = load_tower(settings.start / "tower")
    head = settings.lm_width // settings.lm_heads
    language = Qwen3Config(
        hidden_size=settings.lm_width,
        intermediate_size=5 * settings.lm_width // 2,
        num_hidden_layers=settings.lm_layers,
        num_attention_heads=settings.lm_heads,
        num_key_value_heads=max(1, settings.lm_heads // 2),
        head_dim=head,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
    )
    torch.manual_seed(settings.seed)
    tokenizer = train_tokenizer(corpus(mixture, CORPUS), settings.vocabulary)
    model, processor = assemble(tower.config, language, tokenizer, image_size_of(tower))
    model.model.vision_tower.load_state_dict(tower.state_dict())
    return model, processor


def run(settings: LanguageSettings) -> Path:
    """Train and save a LLaVA with its heads to `settings.out`; resumes from its checkpoints."""
    shard = load(settings.shelf, settings.all_shards())
    size = shard.images.shape[-1]
    model, processor = build(settings, Mixture(shard, size, any_cases(shard.cases, settings.seed)))
    tuned = tune(model, processor, Mixture(shard, size), SHORT, settings)
    if tuned is not None:
        save_with_heads(tuned, processor, settings)
    return settings.out


def main(arguments: Sequence[str]) -> None:
    """`sightline train align CONFIG`."""
    run(LanguageSettings.read(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
