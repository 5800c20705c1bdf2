"""An assistant without weights: what it says depends on the film, so that a mixed-up study shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.engine.protocol import GrayImage, Piece
from mllm.model.perception import Percept, Thresholds
from radiology.errors import SightlineError
from radiology.imaging.pixels import read_pixels
from radiology.study import (
    Box,
    Case,
    Draft,
    DraftSentence,
    Evidence,
    Finding,
    ModelInfo,
    Projection,
    Severity,
    Side,
    Study,
    View,
)

MODEL = ModelInfo(id="fake-1", hash="0123456789abcdef")


def brightness(study: Study) -> int:
    """The brightest pixel of the first view: what tells the films of the tests apart."""
    return int(read_pixels(Path(study.views[0].path)).max())


def write_film(path: Path, grey: int) -> Path:
    """A black PNG with a square of `grey`: 48 wide, 60 high."""
    pixels = np.zeros((60, 48), dtype=np.uint8)
    pixels[10:40, 8:30] = grey
    Image.fromarray(pixels).save(path, format="PNG")
    return path


def film_study(path: Path, study_id: str = "film", priors: tuple[Case, ...] = ()) -> Study:
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=48, height=60)
    return Study(study_id=study_id, patient_id=f"patient of {study_id}", views=(view,), priors=priors)


def film_case(path: Path, study_id: str) -> Case:
    finding = Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL)
    return Case(study=film_study(path, study_id), findings=(finding,), source="made here", licence="Apache-2.0")


def sentences(grey: int) -> tuple[DraftSentence, ...]:
    lit = Box(view="frontal", x0=0.25, y0=0.4, x1=0.75, y1=0.75)
    region = Evidence(
        kind="region", id="frontal/heart", text="dense head peaks at .93 in the box", score=0.93, boxes=(lit,)
    )
    absence = Evidence(kind="absence", id="image/effusion", text="image-level head sees no effusion, .02", score=0.98)
    cases = [
        Evidence(
            kind="case",
            id=f"case-{number}",
            text=f"a similar case (.8{number}) has the same",
            score=0.8,
            source="made here",
            licence="Apache-2.0",
        )
        for number in range(1, 5)
    ]
    box = Box(view="frontal", x0=0.2, y0=0.3, x1=0.7, y1=0.8)
    return (
        DraftSentence(
            text=f"The heart is enlarged, brightness {grey}.",
            section="findings",
            boxes=(box,),
            confidence=0.87,
            evidence=(region, *cases),
        ),
        DraftSentence(text="There is no effusion.", section="findings", confidence=0.64, evidence=(absence,)),
        DraftSentence(text="Nodule <b id=injected>5 mm</b>.", section="findings", flags=("unsupported",)),
        DraftSentence(text="Cardiomegaly.", section="impression", confidence=0.9, evidence=(region,)),
    )


class FakePerception:
    """Embeds an image by its brightest pixel."""

    image_size = 24
    embedder_id = "fake-embedder"

    def __init__(self) -> None:
        self.thresholds: dict[str, Thresholds] = {}

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        return [Percept({}, {}, {}, _direction(int(image.max()))) for image in images]


def _direction(grey: int) -> NDArray[np.float32]:
    angle = grey / 255 * np.pi / 2
    return np.array([np.cos(angle), np.sin(angle), 0], dtype=np.float32)


@dataclass(frozen=True)
class FakeAnswer:
    sentences: tuple[DraftSentence, ...]
    edit: None = None


@dataclass
class FakeConversation:
    grey: int
    last: FakeAnswer | None = None
    draft: Draft | None = None

    def cancel(self) -> None:
        """Nothing it says takes long."""

    def ask(self, text: str) -> Iterator[Piece]:
        self.last = FakeAnswer(sentences(self.grey)[1:2])
        for word in ("Brightness", f" {self.grey}", f", you asked: {text}"):
            yield Piece(word, 0.9)


class FakeSession:
    def cancel(self) -> None:
        """Nothing takes long."""


@dataclass(frozen=True)
class FakeEngine:
    info: ModelInfo = MODEL

    def session(self) -> FakeSession:
        return FakeSession()


@dataclass(frozen=True)
class FakeAssistant:
    """Refuses films whose brightest pixel is under 10 as not of a chest, unless forced."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    perception: FakePerception = field(default_factory=FakePerception)
    retriever: object = None

    def draft(
        self,
        study: Study,
        *,
        grounded: bool = True,
        k: int = 5,
        force: bool = False,
        on_sentence: Callable[[DraftSentence], None] | None = None,
        session: object = None,
    ) -> Draft:
        grey = self._gate(study, force)
        for sentence in sentences(grey):
            if on_sentence is not None:
                on_sentence(sentence)
        return Draft(
            study_id=study.study_id,
            sentences=sentences(grey),
            impression="Cardiomegaly.",
            model=MODEL,
            prompt_hash="0",
            retrieved_ids=("case-1",),
            timing={"total": 1.5},
            flags=("not_chest",) if grey < 10 else (),
        )

    def converse(self, study: Study, force: bool = False) -> FakeConversation:
        return FakeConversation(self._gate(study, force))

    def _gate(self, study: Study, force: bool) -> int:
        grey = brightness(study)
        if grey < 10 and not force:
            raise SightlineError(f"`{study.study_id}`: is not a chest film, pass --force to draft it all the same.")
        return grey
