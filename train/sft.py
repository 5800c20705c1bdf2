"""Stage `sft`: reports, grounded reports, questions and several turns, on the language model and the projector."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoProcessor, LlavaForConditionalGeneration

from train.mixture import SHARES, Mixture
from train.settings import LanguageSettings
from train.shelf import load
from train.tuning import embed_cases, save_with_heads, tune


def run(settings: LanguageSettings) -> Path:
    """Train the LLaVA in `settings.start`, save it with its heads to `settings.out`; resumes from its checkpoints."""
    shard = load(settings.shelf, settings.all_shards())
    model = LlavaForConditionalGeneration.from_pretrained(settings.start, dtype=torch.float32)
    processor = AutoProcessor.from_pretrained(settings.start)  # type: ignore[no-untyped-call]
    mixture = Mixture(shard, shard.images.shape[-1], embed_cases(shard, settings.start))
    tuned = tune(model, processor, mixture, SHARES, settings)
    if tuned is not None:
        save_with_heads(tuned, processor, settings)
    return settings.out


def main(arguments: Sequence[str]) -> None:
    """`sightline train sft CONFIG`."""
    run(LanguageSettings.read(Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
