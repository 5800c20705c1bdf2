"""A study seen in a mirror: frontal films with left and right exchanged, and the truth that then holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eval.prediction import Prediction
from radiology.study import Box, Case, Finding, Side

FRONTALS = "FP"
"""Letters of the films that have a left and a right."""
_OTHER = {"left": "right", "right": "left"}
_SIDE = re.compile(r"\b(left|right)\b", re.I)
_OPPOSITE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def mirror_truth(rows: Iterable[Prediction], cases: Sequence[Case]) -> list[Prediction]:
    """The same predictions beside the mirrored truth; questions that name a side themselves are left out."""
    frontals = {
        case.study.study_id: frozenset(view.id for view in case.study.views if view.projection.frontal)
        for case in cases
    }
    return [_mirrored(row, frontals[row.study_id]) for row in rows if not _SIDE.search(row.question)]


def _mirrored(row: Prediction, frontals: frozenset[str]) -> Prediction:
    truth = tuple(mirror_finding(finding, frontals) for finding in row.truth)
    return row.model_copy(update={"reference": mirror_words(row.reference), "truth": truth})


def mirror_words(text: str) -> str:
    """`text` with the words left and right exchanged."""
    return _SIDE.sub(lambda match: _cased(_OTHER[match[0].lower()], match[0]), text)


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[0].isupper() else word


def mirror_finding(finding: Finding, frontals: frozenset[str]) -> Finding:
    """Side, place and boxes on the views `frontals` mirrored."""
    boxes = tuple(_mirror_box(box) if box.view in frontals else box for box in finding.boxes)
    place = mirror_words(finding.location) if finding.location else finding.location
    side = _OPPOSITE.get(finding.side, finding.side) if finding.side else None
    return finding.model_copy(update={"side": side, "location": place, "boxes": boxes})


def _mirror_box(box: Box) -> Box:
    return box.model_copy(update={"x0": 1 - box.x1, "x1": 1 - box.x0})
