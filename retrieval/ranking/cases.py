"""Hybrid ranking of a case base: the film's neighbours, the words of its reports, and what the words mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mllm.prompts import case_text
from retrieval.cases.base import CaseBase
from retrieval.cases.query import Hit, Query
from retrieval.embedders.protocol import TextEmbedder
from retrieval.ranking.fusion import Ranked
from retrieval.ranking.hybrid import Channel, RankSettings, hybrid
from retrieval.ranking.rerank import Reranker
from retrieval.store.record import Vector

Found = list[tuple[int, float]]
"""(row, score), best first."""


@dataclass(frozen=True)
class HybridRanking:
    """A ranking for `CaseRetriever` and for searches in words. What ranks a hit is not its score: that stays the cosine
    to the query's vector, for that is what a person is shown and what the context is cut by.

    texts: of the base's own space it looks for the words among films; of any other it compares their meaning with the
    reports that the other lists have found.
    """

    settings: RankSettings = field(default_factory=RankSettings)
    texts: TextEmbedder | None = None
    reranker: Reranker | None = None

    def __call__(self, base: CaseBase, query: Query, k: int) -> list[Hit]:
        """At most `k` hits, best first; without any vector of the base's space their scores are the agreement
        with the findings that the words state, else BM25."""
        depth = max(k, self.settings.depth)
        said = self.texts.texts([query.words])[0] if self.texts and query.words else None
        near = base.nearest(query.vector, depth, query.filter) if query.vector is not None else []
        matched = base.match(query.words, depth, query.filter) if query.words else []
        stating = base.stating(query.words, depth, query.filter) if query.words else []
        shared = self.texts is not None and base.same_space(self.texts.id)
        if said is not None and shared:
            meant = _rows(base.nearest(said, depth, query.filter))
        else:
            meant = self._by_meaning(base, said, list(dict.fromkeys(_rows(near) + _rows(stating) + _rows(matched))))
        lists: dict[Channel, Ranked] = {
            "image": _rows(near),
            "findings": _rows(stating),
            "words": _rows(matched),
            "text": meant,
        }
        deep = self.settings.model_copy(update={"depth": depth})
        rows = hybrid(lists, deep, query.words, lambda some: reports_of(base, some), self.reranker)[:k]
        towards = said if query.vector is None and shared else query.vector
        scores = _told(rows, stating or matched) if towards is None else _cosines(base, rows, towards)
        return [Hit(row, scores[row]) for row in rows if row in scores]

    def _by_meaning(self, base: CaseBase, said: Vector | None, pool: Sequence[int]) -> list[int]:
        """`pool` by how near the reports are to what was said."""
        if self.texts is None or said is None or not pool:
            return []
        likeness = self.texts.texts(reports_of(base, pool)) @ said
        return [pool[i] for i in (-likeness).argsort(kind="stable")]


def reports_of(base: CaseBase, rows: Sequence[int]) -> list[str]:
    """One text a row: its report, or its findings; "" of a case that is gone."""
    cases = base.store.cases(rows)
    return [case_text(cases[row]) if row in cases else "" for row in rows]


def _told(rows: Sequence[int], found: Found) -> dict[int, float]:
    return {**dict.fromkeys(rows, 0.0), **dict(found)}


def _rows(found: Found) -> list[int]:
    return [row for row, _ in found]


def _cosines(base: CaseBase, rows: Sequence[int], towards: Vector) -> dict[int, float]:
    return {row: min(float(own @ towards), 1.0) for row, own in vectors_of(base, rows).items()}


def vectors_of(base: CaseBase, rows: Sequence[int]) -> dict[int, Vector]:
    """Row -> [D], without rows that are removed while this looks."""
    try:
        return dict(zip(rows, base.store.embeddings(rows), strict=True))
    except KeyError:
        there = base.store.cases(rows)
        return vectors_of(base, [row for row in rows if row in there])
