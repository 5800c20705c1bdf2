"""A film, heads that see what they are told to, and an engine that writes what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mllm.boxes import Frame
from mllm.draft.retriever import SimilarCase
from mllm.draft.sight import Seen, Sight
from mllm.engine.protocol import Completion, GrayImage, Piece, Request
from mllm.model.perception import Percept, Thresholds
from radiology.imaging.letterbox import Letterbox
from radiology.study import Case, Finding, ModelInfo, Projection, Study, View

WIDTH, HEIGHT, SIZE, GRID = 96, 80, 48, 6
RULE = Thresholds(patch=0.4, lower=0.1, upper=0.6)
MAPPED = ("pleural_effusion", "consolidation", "nodule", "cardiomegaly", "pacemaker")
UNMAPPED = ("pneumonia",)


def percept(
    probabilities: dict[str, float] | None = None,
    lit: Sequence[tuple[str, float, float]] = (),
    chest: float = 0.99,
) -> Percept:
    """Finding `name` lights up to .9 at the patch that holds (x, y), fractions of the square; all else is dark."""
    maps: dict[str, NDArray[np.float32]] = {name: np.full((GRID, GRID), 0.02, np.float32) for name in MAPPED}
    for name, x, y in lit:
        maps[name][int(y * GRID), int(x * GRID)] = 0.9
    known = dict.fromkeys((*MAPPED, *UNMAPPED), 0.03) | {name: 0.9 for name, _, _ in lit} | (probabilities or {})
    return Percept(maps, known, {"chest": chest}, np.array([1.0, 0.0, 0.0], np.float32))


def frame(letter: str = "F", view: str = "frontal") -> Frame:
    return Frame("L" if letter == "L" else "F", view, Letterbox(WIDTH, HEIGHT, SIZE))


class Heads:
    """Perception: every image gives the percept it was made with."""

    image_size = SIZE
    embedder_id = "fake"

    def __init__(self, seen: Percept) -> None:
        self.seen = seen
        self.thresholds = dict.fromkeys((*MAPPED, *UNMAPPED), RULE)

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        assert all(image.shape == (SIZE, SIZE) for image in images)
        return [self.seen for _ in images]


class Writer:
    """Engine: writes the texts it was given, in order, a few characters a piece, each with probability .5."""

    info = ModelInfo(id="fake", hash="0123456789abcdef")
    image_size = SIZE
    box_tokens = False

    def __init__(self, *texts: str, chances: Sequence[float] = (0.8, 0.2)) -> None:
        self.texts, self.chances = list(texts), chances
        self.requests: list[Request] = []

    def session(self) -> Writer:
        return self

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        self.requests.append(request)
        text = self.texts.pop(0)
        assert len(text) <= 5 * max_new_tokens
        yield from (Piece(text[i : i + 5], 0.5) for i in range(0, len(text), 5))

    def cancel(self) -> None:
        self.texts.clear()

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        return [Completion(tuple(self.stream(request, max_new_tokens))) for request in requests]

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        self.requests.append(request)
        return tuple(self.chances[: len(choices)])

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        return [self.choose(request, some) for request, some in zip(requests, choices_per_request, strict=True)]


class Shelf:
    """Retriever: always the same cases."""

    def __init__(self, *cases: Case) -> None:
        self.cases = cases

    def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
        assert embedding.shape == (3,)
        return tuple(SimilarCase(case, 0.81) for case in self.cases[:k])


def known_case(study_id: str, *findings: Finding) -> Case:
    return Case(
        study=Study(study_id=study_id, patient_id=f"patient of {study_id}"),
        findings=findings,
        source="phantom",
        licence="CC0",
    )


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """One frontal film of one patient, on disk."""
    path = tmp_path / "film.png"
    pixels = np.linspace(0, 255, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=WIDTH, height=HEIGHT)
    return Study(study_id="S1", patient_id="P1", views=(view,))


@pytest.fixture
def sight() -> Callable[..., Sight]:
    """`sight(probabilities, lit)`: the heads on one frontal film."""

    def make(probabilities: dict[str, float] | None = None, lit: Sequence[tuple[str, float, float]] = ()) -> Sight:
        return Sight((Seen(frame(), percept(probabilities, lit)),), dict.fromkeys((*MAPPED, *UNMAPPED), RULE))

    return make


@pytest.fixture
def heads() -> Callable[..., Heads]:
    def make(
        probabilities: dict[str, float] | None = None,
        lit: Sequence[tuple[str, float, float]] = (),
        chest: float = 0.99,
    ) -> Heads:
        return Heads(percept(probabilities, lit, chest))

    return make


@pytest.fixture
def writer() -> type[Writer]:
    return Writer


@pytest.fixture
def shelf() -> type[Shelf]:
    return Shelf


@pytest.fixture
def case() -> Callable[..., Case]:
    return known_case
