"""The order of cases that were found in several ways: by film, stated findings, words and their meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from radiology.study import Noun
from retrieval.ranking.fusion import SMOOTHING, Ranked, fuse
from retrieval.ranking.rerank import Reranker, reranked

Channel = Literal["image", "findings", "words", "text"]
CHANNELS: tuple[Channel, ...] = ("image", "findings", "words", "text")


class RankSettings(Noun):
    """How the lists of one search are fused, and how many rows get the second look.

    At the defaults a case that words alone have found stands behind the film's first fifty (.5 / 61 < 1 / 110), while
    one that is in both lists moves up: indications hold many words that say nothing of a film.
    """

    image: float = Field(default=1.0, ge=0, description="weight of the list by likeness of films")
    findings: float = Field(default=1.0, ge=0, description="weight of the list by findings that the words state")
    words: float = Field(default=0.5, ge=0, description="weight of the list by words of the reports (BM25)")
    text: float = Field(default=0.5, ge=0, description="weight of the list by a text embedder")
    smoothing: float = Field(default=SMOOTHING, gt=0, description="k of reciprocal rank fusion")
    depth: int = Field(default=50, ge=1, description="rows of each list that are fused")
    looked_at: int = Field(default=20, ge=0, description="first rows that a cross-encoder reads, where there is one")


def hybrid(
    lists: Mapping[Channel, Ranked],
    settings: RankSettings,
    query: str = "",
    reports: Callable[[Sequence[int]], Sequence[str]] = lambda rows: (),
    reranker: Reranker | None = None,
) -> list[int]:
    """The rows of all lists, best first: fused, then the first of them sorted by the `reranker`.

    It reads `query` beside each of `reports(rows)`, one text a row; without a query nothing is read. One list alone
    keeps its order.
    """
    present = [channel for channel in CHANNELS if channel in lists]
    weights: list[float] = [getattr(settings, channel) for channel in present]
    rows = [row for row, _ in fuse([lists[c][: settings.depth] for c in present], weights, settings.smoothing)]
    if reranker is None or not query or not settings.looked_at:
        return rows
    return reranked(rows, reranker.scores(query, reports(rows[: settings.looked_at])))
