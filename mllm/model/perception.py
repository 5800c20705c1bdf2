"""What the heads see in one image: the model's second, independent way from pixels to findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mllm.engine.protocol import GrayImage


@dataclass(frozen=True)
class Percept:
    """Of one letterboxed image.

    maps: finding name -> [G, G] probability per patch, for findings the dense head knows;
    probabilities: finding name -> image-level probability; gate: "chest", "lateral", "AP" -> probability;
    embedding: [D] float32 of unit length.
    """

    maps: dict[str, NDArray[np.float32]]
    probabilities: dict[str, float]
    gate: dict[str, float]
    embedding: NDArray[np.float32]


@dataclass(frozen=True)
class Thresholds:
    """Of one finding, from validation: a patch counts as seen above `patch`, an image as showing the finding above
    `upper` and as free of it below `lower`."""

    patch: float
    lower: float
    upper: float


class Perception(Protocol):
    image_size: int
    embedder_id: str
    """Names tower, weights and preprocessing: an index remembers it and refuses another."""
    thresholds: dict[str, Thresholds]

    def see(self, images: Sequence[GrayImage]) -> list[Percept]:
        """One percept an image, in order."""
