"""One conversation with a local model: its key/value cache outlives a turn, so nothing said is computed twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from transformers import DynamicCache

from mllm.engine.pieces import pieces_of
from mllm.engine.protocol import GrayImage, Piece, Request

if TYPE_CHECKING:
    from mllm.engine.local import LocalEngine


class LocalSession:
    """The cache of what was read and said, images included, and how to continue it.

    A request that only adds turns is tokenised from where it differs; any other request with the same images keeps
    the cache up to the first token that differs, if that lies behind the images; else reading starts anew.
    """

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self._cache = DynamicCache()  # no sliding layers: those could not be cropped
        self._cached: list[int] = []
        self._prompt: list[int] = []
        self._text = ""
        self._images: tuple[GrayImage, ...] = ()
        self._rope: dict[str, Any] = {}

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        """Greedy pieces; SightlineError when the conversation is longer than the model takes."""
        inputs = self._read(request)
        room = self._engine.room(int(inputs["input_ids"].shape[1]) + len(self._cached))
        return pieces_of(self._engine.chat.tokenizer, self._decode(inputs, min(max_new_tokens, room)))

    def _decode(self, inputs: dict[str, Any], steps: int) -> Iterator[tuple[int, float]]:
        for _ in range(steps):
            probability, token = self._forward(inputs).max(dim=-1)
            if int(token) in self._engine.stops:
                return
            yield int(token), float(probability)
            inputs = {"input_ids": token.view(1, 1)}

    @torch.inference_mode()
    def _forward(self, inputs: dict[str, Any]) -> torch.Tensor:
        """Probabilities [V] of the next token; the inputs join the cache."""
        with self._engine.positions(self._rope) as model:
            out = model(**inputs, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self._cached += inputs["input_ids"][0].tolist()
        return out.logits[0, -1].float().softmax(-1)  # type: ignore[no-any-return]

    def _read(self, request: Request) -> dict[str, Any]:
        """Inputs for what the cache lacks, at least one token."""
        text = self._engine.chat.render(request)
        same = len(request.images) == len(self._images) and all(
            a is b or (a.shape == b.shape and bool((a == b).all()))
            for a, b in zip(request.images, self._images, strict=True)
        )
        if same and self._text and text.startswith(self._text):
            inputs: dict[str, Any] = {}
            ids = self._prompt + self._engine.chat.more(text[len(self._text) :])
        else:
            inputs = self._engine.inputs([text], [request.images])
            ids = inputs["input_ids"][0].tolist()
        shared = self._shared(ids) if same else 0
        if shared == 0:
            self._forget()
        else:
            self._crop(shared)
            inputs = {"input_ids": torch.tensor([ids[shared:]], device=self._engine.model.device)}
        self._text, self._prompt, self._images = text, ids, request.images
        return inputs

    def _shared(self, ids: list[int]) -> int:
        """How many leading tokens can stay: all images or none, and never the whole prompt."""
        limit = min(len(ids) - 1, len(self._cached))
        shared = next((i for i in range(limit) if ids[i] != self._cached[i]), limit)
        pictured = self._engine.picture_tokens
        return 0 if any(token in pictured for token in ids[shared:]) else shared

    def _crop(self, length: int) -> None:
        self._cache.crop(length - len(self._cached))
        del self._cached[length:]

    def _forget(self) -> None:
        self._cache, self._cached, self._rope = DynamicCache(), [], {}
