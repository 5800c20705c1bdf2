"""A second, slower look at the first few: a cross-encoder reads query and report together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mllm.model.compute import compute
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from retrieval.ranking.fusion import Ranked


class Reranker(Protocol):
    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers `query`; higher is better, the scale is the model's own."""


def reranked(rows: Ranked, scores: Sequence[float]) -> list[int]:
    """The first rows, of which there are `scores`, sorted by them; the others behind, as they stood."""
    first = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [*(rows[i] for i in first), *rows[len(scores) :]]


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one score a pair."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        pairs = [(query, text) for text in texts]
        if not pairs:
            return []
        found = compute(partial(self._model.predict, pairs, show_progress_bar=False))
        return [float(score) for score in found]


def open_reranker(folder: Path) -> CrossEncoderReranker:
    """The cross-encoder saved in `folder`. Raises SightlineError where it is none, or `[text]` is not installed."""
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise SightlineError(
            f"`{folder}`: a cross-encoder needs sentence-transformers, install it with `pip install 'sightline[text]'`."
        ) from error
    if not (folder / "config.json").is_file():
        raise SightlineError(f"`{folder}`: holds no cross-encoder (config.json is missing), name its folder.")
    try:
        model = compute(partial(CrossEncoder, str(folder), local_files_only=True))
    except (OSError, ValueError, RuntimeError) as error:
        raise SightlineError(f"`{folder}`: is no cross-encoder that can be loaded ({error}), save it again.") from error
    if model.num_labels != 1:
        raise SightlineError(
            f"`{folder}`: its model gives {model.num_labels} scores a pair, use a cross-encoder that gives one."
        )
    return CrossEncoderReranker(model)
