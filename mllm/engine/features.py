"""What the tower makes of an image, kept by the image's content."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from mllm.engine.store import Store

_NEEDED = {"input_ids", "attention_mask", "token_type_ids", "pixel_values"}
"""Inputs of a model that makes its features of an image's pixels alone."""


class ImageFeatures:
    """For models that make one block of features of each image and take blocks in place of pixels (LLaVA, Gemma 3);
    for any other nothing is kept and images are encoded with the prompt."""

    def __init__(self, model: PreTrainedModel, store: Store, counts: Counter[str]) -> None:
        self._model: Any = model
        self._store, self._counts = store, counts
        self._taken = "mm_encoder_outputs" in inspect.signature(model.forward).parameters
        self._stacked = False

    def instead(self, inputs: dict[str, Any], pictures: Sequence[bytes]) -> dict[str, Any]:
        """`inputs` with features in place of pixels [n, 3, S, S]; only images that are not kept are encoded."""
        pixels: torch.Tensor | None = inputs.get("pixel_values")
        if pixels is None or not self._taken or not inputs.keys() <= _NEEDED or pixels.shape[0] != len(pictures):
            return inputs
        blocks: list[torch.Tensor | None] = [self._store.get(("image", picture)) for picture in pictures]
        new = [i for i, block in enumerate(blocks) if block is None]
        self._counts["images reused"] += len(blocks) - len(new)
        self._counts["images read"] += len(new)
        for i, block in zip(new, self._encode(pixels[new]) if new else (), strict=True):
            blocks[i] = block
            self._store.put(("image", pictures[i]), block)
        pooled: Any = torch.stack(blocks) if self._stacked else blocks  # type: ignore[arg-type]
        rest = {name: value for name, value in inputs.items() if name != "pixel_values"}
        return {**rest, "mm_encoder_outputs": {"image": BaseModelOutputWithPooling(pooler_output=pooled)}}

    def _encode(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """A block [N, D] of each image."""
        pooled = self._model.get_image_features(pixel_values=pixels, return_dict=True).pooler_output
        self._stacked = isinstance(pooled, torch.Tensor)
        return [block.clone() for block in pooled]
