"""The box codec: rectangles inside generated text, in one grammar with two spellings.

    <obj>left effusion<box view=F><x_12><y_40><x_55><y_73></box></obj>     as tokens, for a model that was taught them
    <obj>left effusion<box view=F>12,40,55,73</box></obj>                  as integers, for any other model

Coordinates are bins 0..99 of the letterboxed square; a bin stands for its centre, so a round trip moves an edge by at
most half a bin. Decoding never raises: what cannot be read leaves its phrase in the text and is counted as dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from radiology.study import Box

if TYPE_CHECKING:
    from radiology.imaging.letterbox import Letterbox

BINS = 100

Letter = Literal["F", "L", "P"]
LETTERS: tuple[Letter, ...] = ("F", "L", "P")
"""Current frontal, current lateral, prior frontal."""

BOX_TOKENS: tuple[str, ...] = (
    "<obj>",
    "</obj>",
    *(f"<box view={letter}>" for letter in LETTERS),
    "</box>",
    *(f"<x_{i}>" for i in range(BINS)),
    *(f"<y_{i}>" for i in range(BINS)),
)

_MARKUP = re.compile(
    r"\s*<box(?:\s+view=(?P<letter>\w*))?\s*>(?P<inside>(?:\s*<[xy]_\d+>|\s*\d+\s*,?)*)\s*(?:</box>)?"
    r"|(?P<open><obj>)|</obj>|</box>|<[xy]_\d+>"
    r"|</?(?:o(?:bj?)?|b(?:o(?:x[^<>]{0,8})?)?|[xy]_?\d*)?$"  # a tag that generation cut short
)
_INSIDE = re.compile(
    r"\s*(?:<x_(\d+)>\s*<y_(\d+)>\s*<x_(\d+)>\s*<y_(\d+)>|(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+))\s*"
)


@dataclass(frozen=True)
class Frame:
    """What a letter stands for: a view and how it was letterboxed. No two frames of a study have the same `view`."""

    letter: Letter
    view: str
    letterbox: Letterbox


@dataclass(frozen=True)
class Grounded:
    """Text without markup, the boxes it held and how many could not be read.

    `spans[i]` is the [start, end) of box i's phrase in `text`; it is empty where the box stood outside any phrase.
    """

    text: str
    boxes: tuple[Box, ...]
    dropped: int
    spans: tuple[tuple[int, int], ...] = ()


def encode(phrase: str, boxes: Sequence[Box], frames: Sequence[Frame], tokens: bool) -> str:
    """`phrase` with its boxes; a box of a view that no frame shows is left out. No box: the bare phrase."""
    of_view = {frame.view: frame for frame in frames}
    spelled = "".join(_spell(box, of_view[box.view], tokens) for box in boxes if box.view in of_view)
    return f"<obj>{phrase}{spelled}</obj>" if spelled else phrase


def decode(text: str, frames: Sequence[Frame]) -> Grounded:
    """Strip all markup from `text` and read its boxes, in either spelling, back to fractions of the full image."""
    by_letter: dict[str, Frame] = {frame.letter: frame for frame in frames}
    plain, boxes, spans, dropped, phrase, end = "", [], [], 0, None, 0
    for match in _MARKUP.finditer(text):
        plain = _join(plain, text[end : match.start()])
        end = match.end()
        if match["open"]:
            phrase = len(plain)
        elif match["inside"] is not None:
            box = _read(match["inside"], by_letter.get(match["letter"]))
            if box is None:
                dropped += 1
            else:
                boxes.append(box)
                spans.append((len(plain) if phrase is None else phrase, len(plain)))
        else:
            phrase = None
    return Grounded(_join(plain, text[end:]), tuple(boxes), dropped, tuple(spans))


def _spell(box: Box, frame: Frame, tokens: bool) -> str:
    x0, y0, x1, y1 = frame.letterbox.to_square(box.x0, box.y0, box.x1, box.y1)
    (left, right), (top, bottom) = _bins(x0, x1), _bins(y0, y1)
    corners = f"<x_{left}><y_{top}><x_{right}><y_{bottom}>" if tokens else f"{left},{top},{right},{bottom}"
    return f"<box view={frame.letter}>{corners}</box>"


def _bins(low: float, high: float) -> tuple[int, int]:
    """Bins of two edges, kept apart so that a thin box survives."""
    first = min(int(low * BINS), BINS - 2)
    return first, min(max(int(high * BINS), first + 1), BINS - 1)


def _read(inside: str, frame: Frame | None) -> Box | None:
    match = _INSIDE.fullmatch(inside)
    if match is None or frame is None:
        return None
    bins = [int(group) for group in match.groups() if group is not None]
    if max(bins) >= BINS:
        return None
    x0, y0, x1, y1 = frame.letterbox.to_full(*((i + 0.5) / BINS for i in bins))
    if x1 <= x0 or y1 <= y0:
        return None
    return Box(view=frame.view, x0=x0, y0=y0, x1=x1, y1=y1)


def _join(plain: str, more: str) -> str:
    """Append `more`; where markup stood between two spaces, one remains."""
    return plain + (more.lstrip(" ") if plain.endswith(" ") or not plain else more)
