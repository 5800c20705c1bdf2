"""What is looked for in a case base, and how what was found is ordered and chosen: the two places where ways differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from radiology.study import Study
from retrieval.cases.base import CaseBase
from retrieval.store.filter import EVERYTHING, Filter
from retrieval.store.record import Vector


@dataclass(frozen=True)
class Query:
    """`vector` [D] of the film, else of the words, in the space of the base; None where the base has no such space.
    `words` are the indication of a study, or what a person typed."""

    vector: Vector | None
    words: str = ""
    filter: Filter = EVERYTHING


@dataclass(frozen=True)
class Hit:
    """A row of the store; `score` is the cosine similarity that a person is shown; where there is no vector the
    agreement with the findings that the words state, or else BM25."""

    row: int
    score: float


Ranking = Callable[[CaseBase, Query, int], list[Hit]]
"""At most so many hits, best first."""
Choosing = Callable[[CaseBase, Study, Sequence[Hit], int], Sequence[Hit]]
"""Those of the hits, at most so many, that help with a study."""


def nearest_first(base: CaseBase, query: Query, k: int) -> list[Hit]:
    """By the vector, else by the words."""
    if query.vector is None:
        return [Hit(row, score) for row, score in base.match(query.words, k, query.filter)]
    return [Hit(row, score) for row, score in base.nearest(query.vector, k, query.filter)]


def first_of(_base: CaseBase, _study: Study, hits: Sequence[Hit], k: int) -> Sequence[Hit]:
    """The best `k`."""
    return hits[:k]
