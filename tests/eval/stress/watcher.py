"""A model that looks: it reports an effusion where a film has a bright spot, on the side where that lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mllm.engine.protocol import Completion, GrayImage, Piece, Request, Session
from mllm.model.perception import Percept, Thresholds
from mllm.prompts import GROUNDED_TASK
from radiology.study import ModelInfo

SIZE = 64
BRIGHT, LEAST = 200, 12
EFFUSION = "pleural_effusion"
GRID = 8


def spot(image: GrayImage) -> tuple[int, int, int, int] | None:
    """x0, y0, x1, y1 of all bright pixels, x1 and y1 excluded; None for too few of them."""
    rows, columns = np.nonzero(image > BRIGHT)
    if len(rows) < LEAST:
        return None
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@dataclass
class Watcher:
    """Answers every question by whether there is a spot, but one that holds the word `misled_by` with "no"."""

    misled_by: str = ""
    info: ModelInfo = field(default_factory=lambda: ModelInfo(id="watcher", hash="0"))
    image_size: int = SIZE
    box_tokens: bool = True
    asked: list[str] = field(default_factory=list)

    def session(self) -> Session:
        raise AssertionError("an evaluation opens no conversation")

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        return [Completion((Piece(self.say(request), 0.5),)) for request in requests]

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        question = self.question(request)
        fooled = bool(self.misled_by) and self.misled_by in question
        seen = spot(request.images[0]) is not None and not fooled
        return tuple(0.9 if (choice == "yes") is seen else 0.1 / (len(choices) - 1) for choice in choices)

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        return [self.choose(request, some) for request, some in zip(requests, choices_per_request, strict=True)]

    def say(self, request: Request) -> str:
        question, place = self.question(request), spot(request.images[0])
        if question != GROUNDED_TASK:
            return "none" if place is None else "effusion"
        if place is None:
            return "Normal chest."
        side = "right" if place[0] + place[2] < SIZE else "left"
        corners = ",".join(str(min(99, value * 100 // SIZE)) for value in place)
        return f"There is a <obj>{side} pleural effusion<box view=F>{corners}</box></obj>. The heart is normal."

    def question(self, request: Request) -> str:
        self.asked.append(request.messages[-1].text.splitlines()[-1])
        return self.asked[-1]


@dataclass
class WatchingHeads:
    """Perception of the same spot."""

    image_size: int = SIZE
    embedder_id: str = "watcher"
    thresholds: dict[str, Thresholds] = field(default_factory=lambda: {EFFUSION: Thresholds(0.5, 0.3, 0.6)})

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        return [self._percept(image) for image in images]

    def _percept(self, image: GrayImage) -> Percept:
        cells = image.reshape(GRID, SIZE // GRID, GRID, SIZE // GRID).swapaxes(1, 2).reshape(GRID, GRID, -1)
        lit = ((cells > BRIGHT).sum(-1) > 3).astype(np.float32) * 0.9
        p = 0.05 if spot(image) is None else 0.95
        return Percept({EFFUSION: lit}, {EFFUSION: p}, {"chest": 1.0}, np.ones(1, dtype=np.float32))
