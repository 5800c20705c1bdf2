"""What the gate's answers mean for a film: why it is refused, and what is flagged on its draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mllm.engine.protocol import GrayImage
from mllm.model.perception import Percept
from radiology.imaging.letterbox import Letterbox
from radiology.imaging.scope import is_blank, is_coloured

NOT_CHEST = "not_chest"
CHEST = 0.5
"""An image whose gate says chest less surely than this is refused."""
SURE = 0.5
"""What a gate must say more surely than this for a flag."""


@dataclass(frozen=True)
class Flaw:
    """How a film may lie or be stored. `name` is the gate's, `flag` the draft's; `undo` puts the film right."""

    name: str
    flag: str
    reason: str
    undo: tuple[Callable[[GrayImage], GrayImage], ...]


FLAWS = (
    Flaw(
        "upside_down",
        "upside down",
        "the film seems to lie upside down, turn it and draft again.",
        (lambda film: film[::-1, ::-1], lambda film: film[::-1]),
    ),
    Flaw(
        "turned",
        "turned",
        "the film seems to lie on its side, turn it by a quarter and draft again.",
        (np.rot90, lambda film: np.rot90(film, 3)),
    ),
    Flaw(
        "inverted",
        "looks inverted",
        "black and white seem to be exchanged, so grey levels may be misread.",
        (lambda film: 255 - film,),
    ),
    Flaw(
        "mirrored",
        "may be mirrored",
        "the heart lies on the other side, so left and right may be exchanged unless the patient has dextrocardia.",
        (lambda film: film[:, ::-1],),
    ),
)
REASONS = {flaw.flag: flaw.reason for flaw in FLAWS}
"""Flag of a draft -> one sentence."""


@dataclass(frozen=True)
class Refusal:
    """Why an image is no chest film: the flags of a draft that is made all the same, and the rest of "this ..."."""

    flags: tuple[str, ...]
    reason: str


def refusal(percept: Percept, film: GrayImage, box: Letterbox, path: Path | None = None) -> Refusal | None:
    """None for a chest film; a gate that does not tell refuses nothing but blanks and, where `path` is one, colours."""
    chest, medical = (percept.gate.get(name, 1.0) for name in ("chest", "medical"))
    if is_blank(inside(film, box)):
        return Refusal((NOT_CHEST, "blank"), "is blank")
    if path is not None and is_coloured(path):
        return Refusal((NOT_CHEST, "not medical"), "is a picture in colours")
    if chest < CHEST and medical < CHEST:
        return Refusal((NOT_CHEST, "not medical"), f"does not look like a medical image (probability {medical:.2f})")
    if chest < CHEST:
        return Refusal((NOT_CHEST,), f"does not look like a chest film (probability {chest:.2f})")
    return None


def inside(film: GrayImage, box: Letterbox) -> GrayImage:
    """The part of the square that the image fills."""
    (width, height), (left, top) = box.inner, box.offset
    return film[top : top + height, left : left + width]


def flaws(percept: Percept, film: GrayImage, see: Callable[[list[GrayImage]], list[Percept]]) -> tuple[str, ...]:
    """The flags of a film. Each is confirmed on the film put right, which must look less flawed to `see`."""
    return tuple(flaw.flag for flaw in FLAWS if _has(flaw, percept, film, see))


def _has(flaw: Flaw, percept: Percept, film: GrayImage, see: Callable[[list[GrayImage]], list[Percept]]) -> bool:
    sideless = flaw.name == "mirrored" and percept.gate.get("lateral", 0.0) > SURE
    if percept.gate.get(flaw.name, 0.0) <= SURE or sideless:
        return False
    righted = see([np.ascontiguousarray(undo(film)) for undo in flaw.undo])
    return min(each.gate[flaw.name] for each in righted) < SURE
