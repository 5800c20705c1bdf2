"""One conversation with a local model: what was read and said is kept between its turns."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mllm.engine.pieces import pieces_of
from mllm.engine.protocol import GrayImage, Piece, Request
from mllm.engine.reading import Owner, Prompt, digests
from mllm.engine.store import Store

if TYPE_CHECKING:
    from mllm.engine.local import LocalEngine
    from mllm.engine.ticket import Ticket


class LocalSession:
    """How to continue a conversation: a request that only adds turns is tokenised from where it differs.

    Its cache is kept for it alone and dropped with it.
    """

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self._owner = Owner()
        self._ids: tuple[int, ...] = ()
        self._text = ""
        self._pictures: tuple[bytes, ...] = ()
        self._ticket: Ticket | None = None
        weakref.finalize(self, _forget, self._owner, engine.store)

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        """Greedy pieces; closing the iterator or `cancel` ends the answer. With `request.choices` it is one of them.

        SightlineError at once when the conversation is longer than the model takes, and while reading when the
        answer takes longer than the engine's limits.
        """
        prompt = self._read(request)
        steps = min(max_new_tokens, self._engine.room(len(prompt.ids)))
        return self._pieces(prompt, steps, self._engine.answers(self._text, request.choices))

    def cancel(self) -> None:
        """End the answer that is being streamed, from any thread: its reader sees the end."""
        if self._ticket is not None:
            self._ticket.cancel()

    def _pieces(self, prompt: Prompt, steps: int, answers: list[list[int]]) -> Iterator[Piece]:
        engine = self._engine
        self._ticket = ticket = engine.scheduler.submit(prompt, steps, answers, engine.limits)
        try:
            yield from pieces_of(engine.chat.decode, ticket)
        finally:
            ticket.cancel()

    def _read(self, request: Request) -> Prompt:
        text, pictures = self._engine.chat.render(request), digests(request.images)
        images: tuple[GrayImage, ...] = request.images
        if self._text and pictures == self._pictures and text.startswith(self._text):
            ids = (*self._ids, *self._engine.chat.more(text[len(self._text) :]))
            prompt = Prompt(ids, pictures, lambda: self._engine.inputs([text], [images]), self._owner)
        else:
            prompt = self._engine.prompt(text, images, self._owner)
        self._text, self._ids, self._pictures = text, prompt.ids, pictures
        return prompt


def _forget(owner: Owner, store: Store) -> None:
    owner.gone = True
    store.drop(owner)
