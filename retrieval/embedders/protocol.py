"""What makes vectors of films and of words, so that an index need not know which model it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mllm.engine.protocol import GrayImage

Vectors = NDArray[np.float32]
"""[N, D], each row of unit length."""


class Embedder(Protocol):
    @property
    def id(self) -> str:
        """Names the model, its weights and its preprocessing: an index remembers it and refuses another."""

    @property
    def width(self) -> int:
        """D."""


class ImageEmbedder(Embedder, Protocol):
    def images(self, images: Sequence[GrayImage]) -> Vectors:
        """One row a film; films are [H, W] uint8 of any size."""


class TextEmbedder(Embedder, Protocol):
    def texts(self, texts: Sequence[str]) -> Vectors:
        """One row a text; of an image-text model in the same space as its films."""
