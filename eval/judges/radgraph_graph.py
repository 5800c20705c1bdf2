"""The graph of a report and how two of them compare.

RadGraph (Jain et al., NeurIPS 2021); the three levels of reward by Delbrouck et al., EMNLP Findings 2022; the combined
F1 by Yu et al., Patterns 2023.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entity:
    """Words `start` to `end`, both included, of the report. `relations`: (type, place of the other entity)."""

    text: str
    label: str
    start: int
    end: int
    relations: tuple[tuple[str, int], ...] = ()


Graph = tuple[Entity, ...]
Facts = set[Hashable]


def compare(predicted: Graph, true: Graph) -> tuple[float, float, float, float]:
    """F1 at the levels simple (RG_E), partial (RG_ER), complete (RG_bar_ER), and RadCliQ's combined F1.

    All are 0 when either graph is empty.
    """
    if not predicted or not true:
        return 0.0, 0.0, 0.0, 0.0
    simple, partial, complete, relations = (
        _f1(level(predicted), level(true)) for level in (_entities, _related, _complete, _relations)
    )
    return simple, partial, complete, (simple + relations) / 2


def _entities(graph: Graph) -> Facts:
    return {(entity.text, entity.label) for entity in graph}


def _related(graph: Graph) -> Facts:
    return {(entity.text, entity.label, bool(entity.relations)) for entity in graph}


def _complete(graph: Graph) -> Facts:
    """Each relation with the words of both ends, in lower case; an entity without relations as it is written."""
    alone = {(entity.text, entity.label) for entity in graph if not entity.relations}
    return alone | {
        (entity.text.lower(), entity.label, kind, graph[other].text.lower())
        for entity in graph
        for kind, other in entity.relations
    }


def _relations(graph: Graph) -> Facts:
    return {
        ((entity.text, entity.label), kind, (graph[other].text, graph[other].label))
        for entity in graph
        for kind, other in entity.relations
    }


def _f1(predicted: Facts, true: Facts) -> float:
    shared = len(predicted & true)
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(true)
    return 2 * precision * recall / (precision + recall)
