"""Boxes on a shown film, and names beside them that do not lie on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.metrics.grounding import Named
from eval.report.wording import word

Kind = Literal["truth", "predicted"]
LETTER, LINE = 6.8, 13.0
"""Width of a letter and height of a line of a name, px."""


@dataclass(frozen=True)
class Mark:
    """A box in px of the shown film, with the finding it stands for."""

    kind: Kind
    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """A name whose base line starts at (x, y)."""

    kind: Kind
    text: str
    x: float
    y: float

    def meets(self, other: Label) -> bool:
        left, right = (self, other) if self.x < other.x else (other, self)
        return right.x < left.x + LETTER * len(left.text) and abs(self.y - other.y) < LINE


def marks_of(kind: Kind, boxes: Iterable[Named], size: tuple[float, float]) -> tuple[Mark, ...]:
    """`boxes` of one film on a picture of `size` (width, height)."""
    width, height = size
    return tuple(
        Mark(kind, word(name), b.x0 * width, b.y0 * height, (b.x1 - b.x0) * width, (b.y1 - b.y0) * height)
        for name, b in boxes
    )


def labels_of(marks: Sequence[Mark], size: tuple[float, float]) -> tuple[Label, ...]:
    """A name for the first box of each finding and kind: above it, below it or inside, where there is room."""
    first = {(mark.kind, mark.text): mark for mark in reversed(marks)}
    placed: list[Label] = []
    for mark in (mark for mark in marks if first[mark.kind, mark.text] is mark):
        choices = list(_places(mark, size))
        free = (label for label in choices if not any(map(label.meets, placed)))
        placed.append(next(free, choices[0]))
    return tuple(placed)


def _places(mark: Mark, size: tuple[float, float]) -> Iterator[Label]:
    """True boxes are named above, predicted ones below by preference."""
    x = max(2.0, min(mark.x, size[0] - LETTER * len(mark.text)))
    above, below = mark.y - 4, mark.y + mark.height + LINE - 1
    first, second = (above, below) if mark.kind == "truth" else (below, above)
    for y in (first, second, above + LINE + 3, below - LINE - 3, above - LINE, below + LINE):
        yield Label(mark.kind, mark.text, x, min(max(y, LINE - 2), size[1] - 4.0))
