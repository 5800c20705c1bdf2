"""Small films that differ, an embedder without weights, and cases of both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept, Thresholds
from radiology.study import Case, Finding, Projection, Report, Study, View

WIDTH = 3


def pattern(seed: int, side: int = 96) -> NDArray[np.uint8]:
    """[side, side]: soft blobs of which no two seeds have the same, with a first pixel that grows with the seed."""
    coarse = np.random.default_rng(seed).integers(20, 230, (20, 20), dtype=np.uint8)
    image = np.array(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
    image[0, 0] = min(255, 12 * seed)
    return image


class CornerEmbedder:
    """Turns the grey of the first pixel into an angle: near greys are near vectors."""

    id = "corner-1"
    width = WIDTH

    def __init__(self, name: str = "corner-1") -> None:
        self.id = name
        self.batches: list[int] = []

    def images(self, images: Sequence[GrayImage]) -> NDArray[np.float32]:
        self.batches.append(len(images))
        return np.array([angle(int(image[0, 0])) for image in images], dtype=np.float32)


class CornerPerception:
    """Eyes that see as `CornerEmbedder` does."""

    image_size = 96

    def __init__(self, embedder_id: str = "corner-1") -> None:
        self.embedder_id = embedder_id
        self.thresholds: dict[str, Thresholds] = {}

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        return [Percept({}, {}, {}, np.array(angle(int(image[0, 0])), np.float32)) for image in images]


def angle(grey: int) -> list[float]:
    return [float(np.cos(grey / 255 * np.pi / 2)), float(np.sin(grey / 255 * np.pi / 2)), 0.0]


def write_film(path: Path, image: NDArray[np.uint8]) -> View:
    Image.fromarray(image).save(path)
    height, width = image.shape
    return View(id="frontal", path=str(path), projection=Projection.PA, width=width, height=height)


def film_case(folder: Path, seed: int, patient: str = "", **changes: Any) -> Case:
    """Study `s<seed>` of a patient of its own unless named, with `pattern(seed)` as its film."""
    study = Study(
        study_id=f"s{seed}",
        patient_id=patient or f"p{seed}",
        date=Date(2020, 1, 1 + seed % 28),
        views=(write_film(folder / f"s{seed}.png", pattern(seed)),),
    )
    known = {"findings": (Finding(name="edema"),), "source": "made here", "licence": "Apache-2.0", "split": "train"}
    return Case(study=study, **(known | changes))


REPORT = Report(findings="There is a small left pleural effusion. No pneumothorax.", impression="Effusion.")
