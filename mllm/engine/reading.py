"""Reading prompts into a model's cache, without reading again what is still kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from mllm.engine.features import ImageFeatures
from mllm.engine.kept import Kept, Read, common
from mllm.engine.protocol import GrayImage
from mllm.engine.store import Store

Inputs = dict[str, Any]


@dataclass(eq=False)
class Owner:
    """A conversation that may go on; only it gets what was kept of it, and nothing once it is `gone`."""

    gone: bool = False


@dataclass(frozen=True, eq=False)
class Prompt:
    """A text as tokens, with the digests of the images in it; `inputs` makes what a model reads that kept nothing."""

    ids: tuple[int, ...]
    pictures: tuple[bytes, ...]
    inputs: Callable[[], Inputs]
    owner: Owner | None = None


def digests(images: Sequence[GrayImage]) -> tuple[bytes, ...]:
    """What tells images apart by their content."""
    return tuple(sha256(repr(image.shape).encode() + image.tobytes()).digest() for image in images)


class Reader:
    """Reads for one model, on the model thread.

    A prompt continues what was kept of the same owner, else of anybody who showed the same images behind the same
    tokens: that ends with the last image, so that nobody's words are in it. Kept tokens count only up to the first
    one that differs.
    """

    def __init__(self, model: PreTrainedModel, picture_tokens: frozenset[int], store: Store) -> None:
        self.counts: Counter[str] = Counter()
        self.plain = has_plain_cache(model)
        self._model, self._picture_tokens, self._store = model, picture_tokens, store
        self._features = ImageFeatures(model, store, self.counts)
        self._turned = hasattr(model.base_model, "rope_deltas")
        self._windowed = has_windows(model)

    def read(self, prompt: Prompt, said: Sequence[int] = ()) -> Read:
        """`prompt` and what was `said` after it, with the logits of the next token."""
        ids = [*prompt.ids, *said]
        read = self._known(prompt, ids)
        if read is None:
            read, rest = self._anew(prompt), list(said)
        else:
            self.counts["tokens reused"] += len(read.ids)
            rest = ids[len(read.ids) :]
        if rest:
            read.logits = self.further(read, rest, keep=1)[-1]
        return read

    def pictured(self, prompt: Prompt) -> Kept:
        """What ends with the last image of `prompt`."""
        kept: Kept | None = self._store.get(self._key(prompt))
        return kept or self._share(prompt, self._anew(prompt))

    def further(self, read: Read, ids: Sequence[int], keep: int = 0) -> torch.Tensor:
        """Read on; the logits [T, V] after each of the `ids`, or only after the last `keep` of them."""
        self.counts["tokens read"] += len(ids)
        places = torch.arange(len(read.ids), len(read.ids) + len(ids))[None]
        read.ids += ids
        return self.forward(read.cache, torch.tensor([ids]), places, torch.tensor([[read.delta]]), keep=keep)[0]

    def forward(
        self,
        cache: DynamicCache,
        tokens: torch.Tensor,
        places: torch.Tensor,
        deltas: torch.Tensor,
        mask: torch.Tensor | None = None,
        keep: int = 0,
    ) -> torch.Tensor:
        """Logits [B, T, V] after `tokens` [B, T] at `places` [B, T] of their rows, which are ahead by `deltas` [B, 1].

        `mask` [B, W + T] is 0 where the cache is empty; `keep`: only the last so many logits.
        """
        device = self._model.device
        positions = (places + deltas).to(device)
        logits: torch.Tensor = self._model(
            input_ids=tokens.to(device),
            attention_mask=None if mask is None else self._attended(mask.to(device), tokens),
            position_ids=positions.expand(3, *positions.shape) if self._turned else positions,  # time, height, width
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=keep,
        ).logits
        return logits

    def _attended(self, mask: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """`mask` as the model attends: for one token a row it is known as it stands [B, 1, 1, W + 1], which spares the
        model the making of it, a fifth of a small model's step."""
        return mask if self._windowed or tokens.shape[1] > 1 else mask.bool()[:, None, None]

    def end_of_pictures(self, ids: Sequence[int]) -> int:
        """The number of leading tokens that hold all images."""
        return next((i for i in range(len(ids), 0, -1) if ids[i - 1] in self._picture_tokens), 0)

    def _known(self, prompt: Prompt, ids: Sequence[int]) -> Read | None:
        """The longest kept beginning, with all the images and without the last token."""
        pictured = self.end_of_pictures(prompt.ids)
        own: Kept | None = self._store.get(prompt.owner) if prompt.owner is not None else None
        if own is not None and own.pictures == prompt.pictures:
            length = min(common(own.ids, ids), len(ids) - 1)
            if length >= max(pictured, 1):
                return own.read(length)
        shared: Kept | None = self._store.get(self._key(prompt)) if pictured else None
        return shared.read(pictured) if shared and pictured < len(ids) else None

    def _anew(self, prompt: Prompt) -> Read:
        inputs = prompt.inputs()
        ids: list[int] = inputs["input_ids"][0].tolist()
        self.counts["tokens read"] += len(ids)
        inputs = self._features.instead(inputs, prompt.pictures)
        cache = DynamicCache() if self.plain else DynamicCache(config=self._model.config)
        logits = self._model(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]
        owner: Any = self._model.base_model
        delta = int(owner.rope_deltas[0, 0]) if self._turned and prompt.pictures else 0
        read = Read(ids, cache, delta, logits)
        if self.plain and prompt.pictures:
            self._share(prompt, read)
        return read

    def _share(self, prompt: Prompt, read: Read) -> Kept:
        kept = read.keep(prompt.pictures, self.end_of_pictures(prompt.ids))
        self._store.put(self._key(prompt), kept)
        return kept

    def _key(self, prompt: Prompt) -> Hashable:
        return ("pictured", prompt.pictures, prompt.ids[: self.end_of_pictures(prompt.ids)])


def has_windows(model: PreTrainedModel) -> bool:
    """Whether some layers see only the newest tokens."""
    return any(isinstance(layer, DynamicSlidingWindowLayer) for layer in DynamicCache(config=model.config).layers)


def has_plain_cache(model: PreTrainedModel) -> bool:
    """Whether all the model remembers are keys and values by token: only these can be cut, shared and put side by side.

    Windows do not matter, since the whole past is kept and masked; recurrent states do.
    """
    return {type(layer) for layer in DynamicCache(config=model.config).layers} <= {
        DynamicLayer,
        DynamicSlidingWindowLayer,
    }
