"""Writing a checkpoint folder: bf16 safetensors in small shards, and the processor beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin

SHARD = "15MB"


def save_model(model: PreTrainedModel, processor: ProcessorMixin, folder: Path) -> None:
    """Save to `folder` in bf16, old weight files of the same kind replaced; `model` itself keeps its precision."""
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    state = {name: value.detach().to(torch.bfloat16) for name, value in model.state_dict().items()}
    before = model.config.dtype
    model.config.dtype = torch.bfloat16
    try:
        model.save_pretrained(folder, state_dict=state, max_shard_size=SHARD)
    finally:
        model.config.dtype = before
    processor.save_pretrained(folder)
