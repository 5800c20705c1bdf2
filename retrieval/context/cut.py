"""How many of a ranked list are worth showing: as many as stand before its scores fall off."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf, log


def before_the_drop(scores: Sequence[float], gamma: float) -> int:
    """How many of `scores`, best first, stand before their largest fall log(S_i / S_i+1), if it exceeds `gamma`.

    All of them where none does; the first of equal falls counts. To 0 or below a score falls without end.
    The ratio cut of Xia et al., MMed-RAG: versatile multimodal RAG system for medical vision language models (ICLR
    2025).
    """
    falls = [_fall(above, below) for above, below in pairwise(scores)]
    largest = max(falls, default=0.0)
    return falls.index(largest) + 1 if largest > gamma else len(scores)


def _fall(above: float, below: float) -> float:
    if below > 0:
        return log(above / below)
    return inf if above > 0 else 0.0
