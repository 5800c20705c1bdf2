"""One visit of a phantom patient, and what its films and its seed are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from radiology.phantom.geometry import FIELD_MM
from radiology.study import Case, Projection, Question, View

VIEW_IDS = {Projection.PA: "frontal", Projection.AP: "frontal", Projection.LATERAL: "lateral"}
FIRST_VISIT = date(2020, 1, 6)


@dataclass(frozen=True)
class Phantom:
    """One visit. `images`: view id -> [S, S] uint8; `masks`: view id -> finding name -> [S, S] bool."""

    case: Case
    images: dict[str, NDArray[np.uint8]]
    masks: dict[str, dict[str, NDArray[np.bool_]]]
    questions: tuple[Question, ...]


def split_of_seed(seed: int) -> str:
    """Which split a phantom seed belongs to."""
    return "train" if seed < 800_000_000 else "val" if seed < 900_000_000 else "test"


def view_of(study_id: str, projection: Projection, size: int) -> View:
    return View(
        id=VIEW_IDS[projection],
        path=f"images/{study_id}_{VIEW_IDS[projection]}.png",
        projection=projection,
        width=size,
        height=size,
        pixel_spacing=(FIELD_MM / size, FIELD_MM / size),
    )
