"""Many questions about the same images: what they share is read once, then all their endings in one forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import torch
from transformers import DynamicCache

from mllm.engine.protocol import GrayImage, Request

if TYPE_CHECKING:
    from mllm.engine.local import LocalEngine


def same_images(requests: Sequence[Request]) -> list[list[int]]:
    """Indices grouped by equal images, in order of appearance; requests without images stand alone."""
    groups: dict[object, list[int]] = {}
    for i, request in enumerate(requests):
        key = tuple((image.shape, sha256(image.tobytes()).digest()) for image in request.images) or i
        groups.setdefault(key, []).append(i)
    return list(groups.values())


@torch.inference_mode()
def shared_next(engine: LocalEngine, texts: Sequence[str], images: Sequence[GrayImage]) -> torch.Tensor | None:
    """Log probabilities [B, V] of the token after each of `texts`, all about the same `images`.

    None where the prompts differ before their last image or the processor does not simply append what follows it.
    """
    mark = str(getattr(engine.processor, "image_token", ""))
    heads, tails = zip(*(_split(text, mark) for text in texts), strict=True)
    if not mark or len(set(heads)) != 1:
        return None
    endings = [engine.chat.more(tail) for tail in tails]
    inputs = engine.inputs(texts[:1], [images])
    ids = inputs["input_ids"]
    if not endings[0] or ids[0, -len(endings[0]) :].tolist() != endings[0]:
        return None
    length = ids.shape[1] - len(endings[0])
    engine.room(length + max(map(len, endings)))
    head = {name: value[:, :length] if value.shape == ids.shape else value for name, value in inputs.items()}
    padded = [ending + [ids[0, 0].item()] * (max(map(len, endings)) - len(ending)) for ending in endings]
    cache = DynamicCache()
    with engine.positions({}) as model:
        model(**head, past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache.batch_repeat_interleave(len(texts))
        tail_ids = torch.tensor(padded, device=model.device)  # [B, T], padded on the right: nothing looks ahead
        logits = model(input_ids=tail_ids, past_key_values=cache, use_cache=True).logits
    last = torch.tensor([len(ending) - 1 for ending in endings], device=logits.device)
    return logits[torch.arange(len(texts), device=logits.device), last].float().log_softmax(-1)  # type: ignore[no-any-return]


def _split(text: str, mark: str) -> tuple[str, str]:
    """Before and after the last `mark`, which stays with what is before."""
    head, found, tail = text.rpartition(mark) if mark else ("", "", text)
    return head + found, tail
