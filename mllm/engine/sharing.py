"""Many questions about the same images: what they share is read once, then all their endings in one forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

import torch

from mllm.engine.protocol import GrayImage, Request

if TYPE_CHECKING:
    from mllm.engine.local import LocalEngine
    from mllm.engine.reading import Prompt, Reader


def same_images(requests: Sequence[Request]) -> list[list[int]]:
    """Indices grouped by equal images, in order of appearance; requests without images stand alone."""
    groups: dict[object, list[int]] = {}
    for i, request in enumerate(requests):
        key = tuple((image.shape, sha256(image.tobytes()).digest()) for image in request.images) or i
        groups.setdefault(key, []).append(i)
    return list(groups.values())


def shared_next(engine: LocalEngine, texts: Sequence[str], images: Sequence[GrayImage]) -> torch.Tensor | None:
    """Log probabilities [B, V] of the token after each of `texts`, all about the same `images`.

    None where the prompts differ before their last image or the processor does not simply append what follows it.
    """
    mark = str(getattr(engine.processor, "image_token", ""))
    heads, tails = zip(*(_split(text, mark) for text in texts), strict=True)
    if not mark or len(set(heads)) != 1:
        return None
    endings = [engine.chat.more(tail) for tail in tails]
    prompt = engine.prompt(texts[0], images)
    length = engine.reader.end_of_pictures(prompt.ids)
    if not endings[0] or not engine.reader.plain or list(prompt.ids[length:]) != endings[0]:
        return None
    engine.room(length + max(map(len, endings)))
    return engine.scheduler.run(lambda: _endings(engine.reader, prompt, endings)).float().log_softmax(-1)


def _endings(reader: Reader, prompt: Prompt, endings: Sequence[Sequence[int]]) -> torch.Tensor:
    """Logits [B, V] after each ending; all are read at once, padded on the right: nothing looks ahead."""
    kept = reader.pictured(prompt)
    read, longest = kept.read(len(kept.ids)), max(map(len, endings))
    read.cache.batch_repeat_interleave(len(endings))
    tokens = torch.tensor([[*ending, *[kept.ids[0]] * (longest - len(ending))] for ending in endings])
    places = torch.arange(len(kept.ids), len(kept.ids) + longest)[None]
    logits = reader.forward(read.cache, tokens, places, torch.tensor([[read.delta]]))
    return logits[torch.arange(len(endings)), [len(ending) - 1 for ending in endings]]


def _split(text: str, mark: str) -> tuple[str, str]:
    """Before and after the last `mark`, which stays with what is before."""
    head, found, tail = text.rpartition(mark) if mark else ("", "", text)
    return head + found, tail
