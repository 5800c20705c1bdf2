"""Writing a checkpoint folder: bf16 safetensors in small shards, and the processor beside them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin

SHARD = "15MB"


def save_model(model: PreTrainedModel, processor: ProcessorMixin, folder: Path) -> None:
    """Save to `folder` in bf16, old weight files of the same kind replaced; `model` itself keeps its precision."""
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    whole: Any = model if model.dtype == torch.bfloat16 else cast("Any", copy.deepcopy(model)).to(torch.bfloat16)
    whole.save_pretrained(folder, max_shard_size=SHARD)
    processor.save_pretrained(folder)
