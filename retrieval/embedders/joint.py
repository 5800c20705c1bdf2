"""Embedders with films and texts in one space, and what one finds by the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mllm.engine.protocol import GrayImage
from retrieval.embedders.protocol import ImageEmbedder, TextEmbedder, Vectors


class JointEmbedder(ImageEmbedder, TextEmbedder, Protocol):
    """Cosines between films and texts mean something here."""

    scale: float
    """Log odds for each unit of cosine, as the model was trained."""


@dataclass(frozen=True)
class Match:
    """Item `index` of those that were searched, and its cosine."""

    index: int
    score: float


def find_films(embedder: JointEmbedder, text: str, films: Sequence[GrayImage], k: int = 10) -> tuple[Match, ...]:
    """At most `k` films that `text` fits best, best first; films are [H, W] uint8 of any size."""
    return best(embedder.texts([text])[0], embedder.images(films), k)


def find_texts(embedder: JointEmbedder, film: GrayImage, texts: Sequence[str], k: int = 10) -> tuple[Match, ...]:
    """At most `k` texts that fit `film` best, best first."""
    return best(embedder.images([film])[0], embedder.texts(texts), k)


def best(query: Vectors, rows: Vectors, k: int) -> tuple[Match, ...]:
    """At most `k` of `rows` [N, D] by their cosine to `query` [D], best first, the earlier of equals first."""
    scores = rows @ query
    order = np.argsort(-scores, kind="stable")[: max(k, 0)]
    return tuple(Match(int(i), float(scores[i])) for i in order)
