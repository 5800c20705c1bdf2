"""Token ids that were read, with their keys and values: what a later request need not read again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from transformers import DynamicCache

Layers = tuple[tuple[torch.Tensor, torch.Tensor], ...]
"""Keys and values [1, H, N, D] of each layer."""


@dataclass(frozen=True)
class Kept:
    """`ids` [N] about the images of the digests `pictures`; `delta`: see `Read`."""

    ids: tuple[int, ...]
    pictures: Hashable
    layers: Layers
    delta: int

    @property
    def nbytes(self) -> int:
        return sum(keys.nbytes + values.nbytes for keys, values in self.layers)

    def read(self, length: int) -> Read:
        """The first `length` tokens, ready to be continued; nothing done to it changes what is kept."""
        cut = [(keys[:, :, :length], values[:, :, :length]) for keys, values in self.layers]
        return Read(list(self.ids[:length]), DynamicCache(cut), self.delta)


@dataclass
class Read:
    """A text that was read: its tokens and their cache, of one row.

    `delta` is what positions are ahead of the number of tokens, where the model counts an image's sides instead of its
    tokens (multimodal rotary positions; Wang et al., Qwen2-VL, 2024); `logits` [V] are those of the next token.
    """

    ids: list[int]
    cache: DynamicCache
    delta: int
    logits: torch.Tensor | None = None

    def copy(self) -> Read:
        """The same, to be continued in another way."""
        return Read(list(self.ids), deepcopy(self.cache), self.delta, self.logits)

    @property
    def scores(self) -> torch.Tensor:
        """`logits` of what was just read, and which is kept without them."""
        assert self.logits is not None
        return self.logits

    def keep(self, pictures: Hashable, length: int | None = None) -> Kept:
        """A copy of the first `length` tokens, of all without it."""
        length = len(self.ids) if length is None else length
        layers = tuple((k[:, :, :length].clone(), v[:, :, :length].clone()) for k, v, _ in self.cache)
        return Kept(tuple(self.ids[:length]), pictures, layers, self.delta)


def common(a: Sequence[int], b: Sequence[int]) -> int:
    """How many leading tokens are the same."""
    limit = min(len(a), len(b))
    return next((i for i in range(limit) if a[i] != b[i]), limit)
