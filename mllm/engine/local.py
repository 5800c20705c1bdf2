"""A transformers model as an engine for several users at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from mllm.engine.chat import Chat
from mllm.engine.choosing import answer_tokens, first_token_scores, sequence_scores
from mllm.engine.limits import Limits
from mllm.engine.pieces import pieces_of
from mllm.engine.protocol import Completion, GrayImage, Request
from mllm.engine.reading import Owner, Prompt, Reader, digests
from mllm.engine.scheduler import Scheduler
from mllm.engine.session import LocalSession
from mllm.engine.sharing import same_images, shared_next
from mllm.engine.store import Store
from radiology.errors import SightlineError
from radiology.study import ModelInfo

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin

    from mllm.engine.ticket import Ticket
    from mllm.model.loading import Loaded

IMAGE_SIZE = 448
"""Side of the square for a model that takes any size."""


@dataclass(frozen=True)
class Status:
    """What an engine is doing and has kept; `counts`: tokens and images read and reused since it was opened."""

    running: int
    waiting: int
    kept: int
    kept_bytes: int
    limit_bytes: int
    evicted: int
    counts: dict[str, int]

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return (
            f"{self.running} running, {self.waiting} waiting, {self.kept} kept in {self.kept_bytes / 2**20:.1f} of "
            f"{self.limit_bytes / 2**20:.0f} MB, {self.evicted} evicted; {counts or 'nothing read'}"
        )


class LocalEngine:
    """A loaded model behind the engine protocol; safe to share between threads, sessions and users.

    Everything that runs the model runs between the scheduler's turns or in one.
    """

    def __init__(self, loaded: Loaded, limits: Limits | None = None) -> None:
        self.model: PreTrainedModel = loaded.model
        self.processor: ProcessorMixin = loaded.processor
        self.limits = limits or Limits()
        self.info = ModelInfo(id=loaded.id, hash=loaded.hash)
        self.chat = Chat(loaded.processor, loaded.id)
        self.box_tokens = self.chat.box_tokens
        self.image_size = _image_size(loaded)
        self.stops = _stops(loaded)
        self.store = Store(self.limits.cache_bytes)
        self.reader = Reader(loaded.model, _picture_tokens(loaded), self.store)
        self.scheduler = Scheduler(self.reader, self.store, self.stops, self.limits.rows)

    def session(self) -> LocalSession:
        return LocalSession(self)

    def status(self) -> Status:
        """What goes on at this moment."""
        store = self.store
        return Status(
            self.scheduler.running,
            self.scheduler.waiting,
            len(store),
            store.nbytes,
            store.limit,
            store.evicted,
            dict(self.reader.counts),
        )

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        """Greedy answers, in order. SightlineError when a prompt is longer than the model takes."""
        return list(self._completed(requests, max_new_tokens))

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

    def prompt(self, text: str, images: Sequence[GrayImage], owner: Owner | None = None) -> Prompt:
        """A rendered request as its processor makes tokens of it."""
        inputs = self.inputs([text], [images])
        return Prompt(tuple(inputs["input_ids"][0].tolist()), digests(images), lambda: inputs, owner)

    def answers(self, text: str, choices: Iterable[str]) -> list[list[int]]:
        """The tokens of each choice as it would follow the prompt `text`."""
        return [answer_tokens(self.chat, text, choice) for choice in choices]

    def _completed(self, requests: Sequence[Request], max_new_tokens: int) -> Iterator[Completion]:
        """Twice as many requests as there are rows are under way, so that a row that ends is taken at once."""
        tickets: deque[Ticket] = deque()
        try:
            for request in requests:
                if len(tickets) == 2 * self.limits.rows:
                    yield self._whole(tickets.popleft())
                tickets.append(self._submit(request, max_new_tokens))
            while tickets:
                yield self._whole(tickets.popleft())
        finally:
            for ticket in tickets:
                ticket.cancel()

    def _submit(self, request: Request, max_new_tokens: int) -> Ticket:
        text = self.chat.render(request)
        prompt = self.prompt(text, request.images)
        steps = min(max_new_tokens, self.room(len(prompt.ids)))
        return self.scheduler.submit(prompt, steps, self.answers(text, request.choices))

    def _whole(self, ticket: Ticket) -> Completion:
        return Completion(tuple(pieces_of(self.chat.decode, ticket)))

    def _batches(self, requests: Sequence[Request]) -> Iterator[tuple[list[int], list[str]]]:
        """Indices and prompts, those of like length together, none that mixes numbers of images."""
        texts = [self.chat.render(request) for request in requests]
        order = sorted(range(len(requests)), key=lambda i: (len(requests[i].images), len(texts[i])))
        batch: list[int] = []
        for i in order:
            if batch and (len(batch) == self.limits.rows or len(requests[i].images) != len(requests[batch[0]].images)):
                yield batch, [texts[j] for j in batch]
                batch = []
            batch.append(i)
        if batch:
            yield batch, [texts[j] for j in batch]

    def _next_tokens(self, requests: Sequence[Request]) -> Iterator[tuple[list[int], list[str], torch.Tensor]]:
        """Indices, prompts and log probabilities [B, V] of each answer's first token."""
        single: list[int] = []
        for group in same_images(requests):
            for start in range(0, len(group), self.limits.rows):
                batch = group[start : start + self.limits.rows]
                texts = [self.chat.render(requests[i]) for i in batch]
                shared = shared_next(self, texts, requests[batch[0]].images) if len(batch) > 1 else None
                if shared is None:
                    single += batch
                else:
                    yield batch, texts, shared
        for rows, texts in self._batches([requests[i] for i in single]):
            batch = [single[row] for row in rows]
            yield batch, texts, self._next(texts, [requests[i].images for i in batch])

    def _next(self, texts: Sequence[str], images: Sequence[Sequence[GrayImage]]) -> torch.Tensor:
        """Log probabilities [B, V] of the first token of each answer."""
        if len(texts) == 1:
            prompt = self.prompt(texts[0], images[0])
            self.room(len(prompt.ids))
            return self.scheduler.run(lambda: self.reader.read(prompt).scores[None]).float().log_softmax(-1)
        inputs = self.inputs(texts, images)
        self.room(int(inputs["input_ids"].shape[1]))
        logits = self.scheduler.run(lambda: self.model(**inputs, use_cache=False, logits_to_keep=1).logits)
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
