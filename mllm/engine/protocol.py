"""What an engine is: something that continues chat messages about images, one token at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from radiology.study import ModelInfo, Study

GrayImage = NDArray[np.uint8]
"""[S, S] letterboxed 8-bit grey image, S = `Engine.image_size`."""


@dataclass(frozen=True)
class Message:
    """One turn. The text of a user turn holds one `<image>` mark for each image it announces, in order."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class Request:
    """Messages and the images their `<image>` marks stand for, in order over all turns.

    `choices`, where there are any, are the only answers: a local engine writes no other, a remote one asks its server
    for no other and takes none. `study` is what the request is about. It is never sent: names, ids and places in the
    headers of its films are what a remote engine scrubs from the text.
    """

    messages: tuple[Message, ...]
    images: tuple[GrayImage, ...] = ()
    choices: tuple[str, ...] = ()
    study: Study | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Piece:
    """A newly generated bit of text and the probability the model gave its token(s), if it tells."""

    text: str
    probability: float | None = None


@dataclass(frozen=True)
class Completion:
    """A whole answer: the concatenation of its pieces is its text."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Session(Protocol):
    """One conversation's cache: encoded images and key/values of what was already said."""

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        """Continue `request`, greedily; what it shares with the last request is not computed again."""

    def cancel(self) -> None:
        """End the answer that is being streamed, from any thread, by its next piece at the latest."""


class Engine(Protocol):
    info: ModelInfo
    image_size: int
    box_tokens: bool
    """True when the model spells boxes as tokens (mini), False when as integers (public models)."""

    def session(self) -> Session: ...

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        """Greedy answers to a batch, in order."""

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        """The probability of each choice as the answer; they sum to 1."""

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        """`choose` for many requests, in order, in batches where the engine can."""
        ...
