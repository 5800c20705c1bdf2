"""Retrieval: how good what was found is, given the gains of what was found and of all that could have been.

A gain above 0 is relevant. Queries to which nothing is relevant are left out. A failed query has found nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log2

from eval.metrics.averaging import Value
from eval.metrics.findings import present
from eval.prediction import Prediction
from radiology.study import Finding, Side

PLACES = (1, 5, 10)
"""How many of the items found are looked at."""
HOW = "a gain above 0 is relevant; queries with nothing relevant are left out"


def gain(query: Iterable[Finding], found: Iterable[Finding]) -> float:
    """How alike two cases are: Jaccard index of their present (finding, side) pairs; two normal studies match at 1."""
    a, b = _pairs(query), _pairs(found)
    return len(a & b) / len(a | b) if a or b else 1.0


def _pairs(findings: Iterable[Finding]) -> set[tuple[str, Side | None]]:
    return {(name, side) for name, sides in present(findings).items() for side in sides or (None,)}


def _found(row: Prediction) -> tuple[float, ...]:
    return () if row.failed else row.ranking


def _n_relevant(gains: Sequence[float]) -> int:
    return sum(own > 0 for own in gains)


def _over_relevant(value: Callable[[Prediction, int], float]) -> Value:
    """`value(row, number of relevant items)`, or None where there is nothing to find."""

    def checked(row: Prediction) -> float | None:
        n = _n_relevant(row.relevant)
        return value(row, n) if n else None

    return checked


def precision_at(k: int) -> Value:
    """Share of the first `k` places that hold something relevant; an empty place does not."""
    return _over_relevant(lambda row, _: _n_relevant(_found(row)[:k]) / k)


def recall_at(k: int) -> Value:
    """Share of everything relevant that is among the first `k`."""
    return _over_relevant(lambda row, n: _n_relevant(_found(row)[:k]) / n)


def hit_at(k: int) -> Value:
    """1 when anything relevant is among the first `k`: recall@k across modalities, where one item is the right one."""
    return _over_relevant(lambda row, _: float(_n_relevant(_found(row)[:k]) > 0))


def _average_precision(row: Prediction, n: int) -> float:
    ranks = [rank for rank, own in enumerate(_found(row), start=1) if own > 0]
    return sum(place / rank for place, rank in enumerate(ranks, start=1)) / n


def _reciprocal_rank(row: Prediction, _n: int) -> float:
    return next((1 / rank for rank, own in enumerate(_found(row), start=1) if own > 0), 0.0)


average_precision = _over_relevant(_average_precision)
reciprocal_rank = _over_relevant(_reciprocal_rank)


def _discounted(gains: Sequence[float], k: int) -> float:
    return sum(own / log2(rank + 1) for rank, own in enumerate(gains[:k], start=1))


def ndcg_at(k: int) -> Value:
    """Discounted gain of the first `k` over that of the best order (Järvelin and Kekäläinen 2002), gains linear."""

    def value(row: Prediction, _n: int) -> float:
        return _discounted(_found(row), k) / _discounted(sorted(row.relevant, reverse=True), k)

    return _over_relevant(value)
