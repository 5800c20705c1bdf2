"""A language model behind a judge: a server with an OpenAI-compatible interface, or weights on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from mllm.engine.chat import MARK
from mllm.engine.protocol import Message, Request
from mllm.engine.remote import PARALLEL, RemoteEngine
from radiology.errors import SightlineError

Conversation = tuple[Message, ...]
"""Turns of plain text, the last one the user's."""


class Writer(Protocol):
    """Continues conversations greedily; `identity` names the model."""

    @property
    def identity(self) -> str: ...

    def write(self, conversations: Sequence[Conversation], max_new_tokens: int) -> list[str | None]:
        """One answer each, in order; None where the model gives none. SightlineError when it never gave any."""
        ...


class RemoteWriter:
    """A model of a server, asked several conversations at a time; only their text is sent."""

    def __init__(self, engine: RemoteEngine) -> None:
        self.identity = engine.info.id
        self._engine = engine
        self._ever = False

    def write(self, conversations: Sequence[Conversation], max_new_tokens: int) -> list[str | None]:
        with ThreadPoolExecutor(PARALLEL) as pool:
            answers = list(pool.map(lambda turns: self._answer(turns, max_new_tokens), conversations))
        failures = [answer for answer in answers if isinstance(answer, SightlineError)]
        self._ever = self._ever or len(failures) < len(answers)
        if failures and not self._ever:
            raise failures[0]
        return [None if isinstance(answer, SightlineError) else answer for answer in answers]

    def _answer(self, turns: Conversation, max_new_tokens: int) -> str | SightlineError:
        request = Request(tuple(Message(turn.role, turn.text.replace(MARK, "")) for turn in turns))
        try:
            return "".join(piece.text for piece in self._engine.stream(request, max_new_tokens))
        except SightlineError as error:
            return error
