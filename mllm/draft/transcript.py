"""Generated text as it comes in: without markup, sentence by sentence, with its tokens' probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self

from mllm.boxes import Frame, Grounded, decode
from mllm.draft.claims import Claim, read_claim, sentence_places
from mllm.engine.protocol import Completion, Piece

_ENDS = frozenset(".!?\n")
LEAST = 1e-9


class Transcript:
    """What was generated so far. `raw` is the text as generated, `count` the number of pieces."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.raw, self.count = "", 0
        self._frames = frames
        self._grounded = Grounded("", (), 0)
        self._tokens: list[tuple[int, int, float]] = []
        self._given = 0
        self._ended = False

    @classmethod
    def of(cls, completion: Completion, frames: Sequence[Frame]) -> Self:
        """A transcript of what is already written."""
        transcript = cls(frames)
        for piece in completion.pieces:
            transcript.add(piece)
        return transcript

    @property
    def text(self) -> str:
        """Without markup."""
        return self._grounded.text

    def add(self, piece: Piece) -> str:
        """Take in a piece; returns the plain text it added."""
        before = len(self.text)
        self.raw += piece.text
        self.count += 1
        self._grounded = decode(self.raw, self._frames)
        added = self.text[before:]
        if added and piece.probability is not None:
            self._tokens.append((before, len(self.text), math.log(max(piece.probability, LEAST))))
        self._ended = self._ended or bool(_ENDS & set(added))
        return added

    def completed(self) -> tuple[Claim, ...]:
        """Sentences that are complete since the last call, because another one has begun after them."""
        if not self._ended or self.text[-1:] in _ENDS or self.text[-1:].isspace():
            return ()
        places = [place for place in sentence_places(self.text) if place[1] >= self._given]
        if len(places) < 2:
            return ()
        self._ended = bool(_ENDS & set(self.text[places[-1][1] :]))
        self._given = places[-1][1]
        return tuple(read_claim(self._grounded, *place) for place in places[:-1])

    def rest(self) -> tuple[Claim, ...]:
        """The sentences not yet given, when nothing more will come."""
        places = [place for place in sentence_places(self.text) if place[1] >= self._given]
        self._given = len(self.text)
        return tuple(read_claim(self._grounded, *place) for place in places)

    def log_probabilities(self, claim: Claim) -> tuple[float, ...]:
        """Of the tokens of a claim's words, markup left out; empty where the engine does not tell them."""
        return tuple(p for start, end, p in self._tokens if start < claim.end and end > claim.start)

    def probability(self) -> float | None:
        """The product of all its words' token probabilities; None where the engine does not tell them."""
        return math.exp(sum(p for _, _, p in self._tokens)) if self._tokens else None
