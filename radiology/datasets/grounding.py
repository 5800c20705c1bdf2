"""Phrase grounding as a question: its text is the phrase, its answer the boxes that were drawn for it."""

from __future__ import annotations

from collections.abc import Iterable

from radiology.study import Box

GROUND = "ground"
"""The topic of a question whose answer is boxes."""


def boxes_in(answer: str, view: str = "frontal") -> tuple[Box, ...]:
    """The boxes of an answer `x0,y0,x1,y1; x0,y0,x1,y1`, fractions of the film, y pointing down."""
    edges = [[float(number) for number in part.split(",")] for part in answer.split(";")]
    return tuple(Box(view=view, x0=x0, y0=y0, x1=x1, y1=y1) for x0, y0, x1, y1 in edges)


def boxes_answer(boxes: Iterable[Box]) -> str:
    """The inverse of `boxes_in`, for boxes of one view."""
    return "; ".join(f"{box.x0},{box.y0},{box.x1},{box.y1}" for box in boxes)
