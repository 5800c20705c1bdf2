"""A transformers model as an engine: streaming with a cache, and batches for evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

import torch
from transformers import LogitsProcessor, LogitsProcessorList

from mllm.engine.chat import Chat
from mllm.engine.choosing import first_token_scores, sequence_scores
from mllm.engine.pieces import pieces_of
from mllm.engine.protocol import Completion, GrayImage, Request
from mllm.engine.session import LocalSession
from mllm.engine.sharing import same_images, shared_next
from radiology.errors import SightlineError
from radiology.study import ModelInfo

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin

    from mllm.model.loading import Loaded

IMAGE_SIZE = 448
"""Side of the square for a model that takes any size."""


@dataclass
class _Confidence(LogitsProcessor):
    """Watches a generation: the probability of the likeliest token of each row, at each step."""

    steps: list[torch.Tensor] = field(default_factory=list)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.steps.append(scores.float().softmax(-1).amax(-1))
        return scores


class LocalEngine:
    """A loaded model behind the engine protocol; safe to share between sessions."""

    def __init__(self, loaded: Loaded, batch_size: int = 16) -> None:
        self.model: PreTrainedModel = loaded.model
        self.processor: ProcessorMixin = loaded.processor
        self.info = ModelInfo(id=loaded.id, hash=loaded.hash)
        self.chat = Chat(loaded.processor, loaded.id)
        self.box_tokens = self.chat.box_tokens
        self.image_size = _image_size(loaded)
        self.stops = _stops(loaded)
        self.picture_tokens = _picture_tokens(loaded)
        self.batch_size = batch_size
        self._lock = RLock()

    def session(self) -> LocalSession:
        return LocalSession(self)

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        """Greedy answers, in order. SightlineError when a prompt is longer than the model takes."""
        answers: dict[int, Completion] = {}
        for batch, texts in self._batches(requests):
            inputs = self.inputs(texts, [requests[i].images for i in batch])
            answers.update(zip(batch, self._generate(inputs, max_new_tokens), strict=True))
        return [answers[i] for i in range(len(requests))]

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        """The probability of each choice as the answer; they sum to 1."""
        return self.choose_many([request], [choices])[0]

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        """`choose` for many requests, batched; images that several requests share are read once.

        One forward pass serves all whose choices differ in their first token.
        """
        chosen: dict[int, tuple[float, ...]] = {}
        for batch, texts, log_probabilities in self._next_tokens(requests):
            for i, text, row in zip(batch, texts, log_probabilities, strict=True):
                choices = choices_per_request[i]
                scores = first_token_scores(self.chat, text, choices, row)
                if scores is None:
                    scores = sequence_scores(self, text, requests[i].images, choices)
                chosen[i] = tuple(scores.softmax(-1).tolist())
        return [chosen[i] for i in range(len(requests))]

    def inputs(self, texts: Sequence[str], images: Sequence[Sequence[GrayImage]]) -> dict[str, Any]:
        """Model inputs on the model's device, pictures in its precision."""
        encoded = self.chat.encode(texts, images).to(self.model.device)
        return {k: v.to(self.model.dtype) if torch.is_floating_point(v) else v for k, v in encoded.items()}

    def room(self, length: int) -> int:
        """Tokens that may still follow a prompt of `length`."""
        limit = getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or 2**31
        if length >= limit:
            raise SightlineError(
                f"`{self.info.id}`: the conversation has {length} tokens and the model takes {limit}, start a new one."
            )
        return int(limit - length)

    @contextmanager
    def positions(self, state: dict[str, Any]) -> Iterator[PreTrainedModel]:
        """The model with a session's own `rope_deltas`: Qwen-VL keeps the offset of its positions in the module."""
        with self._lock:
            owner: Any = self.model.base_model
            if not hasattr(owner, "rope_deltas"):
                yield self.model
                return
            owner.rope_deltas = state.get("deltas")
            yield self.model
            state["deltas"] = owner.rope_deltas

    def _batches(self, requests: Sequence[Request]) -> Iterator[tuple[list[int], list[str]]]:
        """Indices and prompts, those of like length together, none that mixes numbers of images."""
        texts = [self.chat.render(request) for request in requests]
        order = sorted(range(len(requests)), key=lambda i: (len(requests[i].images), len(texts[i])))
        batch: list[int] = []
        for i in order:
            if batch and (len(batch) == self.batch_size or len(requests[i].images) != len(requests[batch[0]].images)):
                yield batch, [texts[j] for j in batch]
                batch = []
            batch.append(i)
        if batch:
            yield batch, [texts[j] for j in batch]

    def _next_tokens(self, requests: Sequence[Request]) -> Iterator[tuple[list[int], list[str], torch.Tensor]]:
        """Indices, prompts and log probabilities [B, V] of each answer's first token."""
        single: list[int] = []
        for group in same_images(requests):
            for start in range(0, len(group), self.batch_size):
                batch = group[start : start + self.batch_size]
                texts = [self.chat.render(requests[i]) for i in batch]
                shared = shared_next(self, texts, requests[batch[0]].images) if len(batch) > 1 else None
                if shared is None:
                    single += batch
                else:
                    yield batch, texts, shared
        for rows, texts in self._batches([requests[i] for i in single]):
            batch = [single[row] for row in rows]
            yield batch, texts, self._next(texts, [requests[i].images for i in batch])

    @torch.inference_mode()
    def _generate(self, inputs: dict[str, Any], max_new_tokens: int) -> list[Completion]:
        length = int(inputs["input_ids"].shape[1])
        confidence, model = _Confidence(), cast("Any", self.model)
        with self._lock:
            ids = model.generate(
                **inputs,
                max_new_tokens=min(max_new_tokens, self.room(length)),
                do_sample=False,
                eos_token_id=sorted(self.stops),
                pad_token_id=self.chat.tokenizer.pad_token_id,
                logits_processor=LogitsProcessorList([confidence]),
            )[:, length:]
        probabilities = torch.stack(confidence.steps, dim=1)  # [B, steps]
        rows = zip(ids.tolist(), probabilities.tolist(), strict=True)
        return [Completion(tuple(pieces_of(self.chat.tokenizer, self._until_stop(*row)))) for row in rows]

    def _until_stop(self, ids: list[int], probabilities: list[float]) -> Iterator[tuple[int, float]]:
        for token, probability in zip(ids, probabilities, strict=True):
            if token in self.stops:
                return
            yield token, probability

    @torch.inference_mode()
    def _next(self, texts: Sequence[str], images: Sequence[Sequence[GrayImage]]) -> torch.Tensor:
        """Log probabilities [B, V] of the first token of each answer."""
        inputs = self.inputs(texts, images)
        self.room(int(inputs["input_ids"].shape[1]))
        with self._lock:
            logits = self.model(**inputs, use_cache=False, logits_to_keep=1).logits
        return logits[:, -1].float().log_softmax(-1)  # type: ignore[no-any-return]


def _stops(loaded: Loaded) -> frozenset[int]:
    configured = loaded.model.generation_config.eos_token_id
    listed = configured if isinstance(configured, list) else [configured]
    own = loaded.processor.tokenizer.eos_token_id
    return frozenset(token for token in (*listed, own) if token is not None)


def _picture_tokens(loaded: Loaded) -> frozenset[int]:
    """Ids that stand for image patches in a prompt."""
    config = loaded.model.config
    ids = (getattr(config, "image_token_id", None), getattr(config, "image_token_index", None))
    return frozenset(token for token in ids if token is not None)


def _image_size(loaded: Loaded) -> int:
    """Side of the square the model sees, where it is fixed."""
    size = getattr(loaded.processor.image_processor, "size", None) or {}
    vision = getattr(loaded.model.config, "vision_config", None)
    for side in (size.get("height"), getattr(vision, "image_size", None)):
        if isinstance(side, int):
            return side
        if isinstance(side, (list, tuple)):
            return int(side[0])
    return IMAGE_SIZE
