"""A model that knows: engine and heads that recognise each film by its pixels, to evaluate with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mllm.boxes import encode
from mllm.engine.protocol import Completion, GrayImage, Piece, Request, Session
from mllm.model.perception import Percept, Thresholds
from mllm.prompts import GROUNDED_TASK, study_images
from radiology.datasets.table import Dataset
from radiology.findings import FINDINGS, PHANTOM_FINDINGS
from radiology.study import Case, Finding, ModelInfo

SIZE = 96


def sentence(case: Case, finding: Finding) -> str:
    """One finding as a model that is right would write it."""
    sided = f"{finding.side} {FINDINGS[finding.name].text}" if finding.side else FINDINGS[finding.name].text
    frames = [shown.frame for shown in study_images(case.study, SIZE)]
    return f"There is {encode(sided, finding.boxes, frames, tokens=True)}."


@dataclass
class OracleEngine:
    """Knows each film's truth by its pixels, and says "no" and "Normal chest." of a film it does not know."""

    data: Dataset
    info: ModelInfo = field(default_factory=lambda: ModelInfo(id="oracle", hash="0"))
    image_size: int = SIZE
    box_tokens: bool = True
    batches: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = {study_images(c.study, SIZE)[0].image.tobytes(): c for c in self.data.cases}
        self.answers = {(q.study_id, q.text): q.answer for q in self.data.questions}

    def session(self) -> Session:
        raise AssertionError("an evaluation opens no conversation")

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        self.batches.append(len(requests))
        return [Completion((Piece(self.say(request), 0.5),)) for request in requests]

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        case, answer = self.case(request), "no"
        if case is not None:
            asked = self.question(request)
            answer = next(
                a
                for (study, text), a in self.answers.items()
                if study == case.study.study_id and asked.startswith(text)
            )
        right = choices.index(answer) if answer in choices else 0
        return tuple(0.8 if i == right else 0.2 / (len(choices) - 1) for i in range(len(choices)))

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        return [self.choose(request, some) for request, some in zip(requests, choices_per_request, strict=True)]

    def say(self, request: Request) -> str:
        case, asked = self.case(request), self.question(request)
        if asked == GROUNDED_TASK:
            found = case.present if case else ()
            return " ".join(sentence(case, f) for f in found) if case and found else "Normal chest."
        return self.answers[(case.study.study_id, asked)] if case else "unknown"

    def case(self, request: Request) -> Case | None:
        return self.cases.get(request.images[0].tobytes())

    def question(self, request: Request) -> str:
        return request.messages[-1].text.splitlines()[-1]


@dataclass
class OraclePerception:
    """Heads that know each film."""

    data: Dataset
    image_size: int = SIZE
    embedder_id: str = "oracle"
    thresholds: dict[str, Thresholds] = field(
        default_factory=lambda: {name: Thresholds(0.5, 0.3, 0.6) for name in (*PHANTOM_FINDINGS, "pneumonia")}
    )

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        known = {study_images(c.study, SIZE)[0].image.tobytes(): c for c in self.data.cases}
        return [self._percept({f.name for f in known[image.tobytes()].present}) for image in images]

    def _percept(self, present: set[str]) -> Percept:
        chances = {name: 0.9 if name in present else 0.1 for name in self.thresholds}
        return Percept({}, chances, {"chest": 1.0}, np.ones(1, dtype=np.float32))
