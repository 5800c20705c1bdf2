"""What the heads see in one study's current images, asked in the terms of evidence: presence, absence, side, box."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mllm.boxes import Frame
from mllm.model.perception import Percept, Perception, Thresholds
from mllm.prompts import Shown, study_images
from radiology.errors import SightlineError
from radiology.imaging.scope import file_not_chest
from radiology.study import Box, Side, Study

CHEST = 0.5
"""An image whose gate says chest less surely than this is refused."""
Area = tuple[float, float, float, float]
"""x0, y0, x1, y1 in fractions of the full image."""
WHOLE: Area = (0.0, 0.0, 1.0, 1.0)
HALVES: dict[Side, Area] = {Side.RIGHT: (0.0, 0.0, 0.5, 1.0), Side.LEFT: (0.5, 0.0, 1.0, 1.0)}
"""On a frontal film the left half of the image is the patient's right."""


@dataclass(frozen=True)
class Seen:
    """One current image: where it is and what the heads make of it."""

    frame: Frame
    percept: Percept

    @property
    def frontal(self) -> bool:
        return self.frame.letter == "F"

    def peak(self, name: str, area: Area) -> float | None:
        """The highest patch probability of finding `name` inside `area`; None without a map."""
        if name not in self.percept.maps:
            return None
        return peak(self.percept.maps[name], self.frame.letterbox.to_square(*area))


@dataclass(frozen=True)
class Sight:
    """The current frontal and lateral of one study through the heads; `flags` hold for the whole study."""

    seen: tuple[Seen, ...]
    thresholds: Mapping[str, Thresholds]
    flags: tuple[str, ...] = ()

    @property
    def frames(self) -> tuple[Frame, ...]:
        return tuple(each.frame for each in self.seen)

    @property
    def frontal(self) -> Seen | None:
        return next((each for each in self.seen if each.frontal), None)

    @property
    def embedding(self) -> NDArray[np.float32]:
        """[D] of the frontal, else of the lateral: what similar cases are looked for with."""
        return self.seen[0].percept.embedding

    def probability(self, name: str) -> float | None:
        """Image-level probability of a finding, the highest over the views; None when no head knows it."""
        if name not in self.thresholds:
            return None
        return max((s.percept.probabilities[name] for s in self.seen if name in s.percept.probabilities), default=None)

    def mapped(self, name: str) -> bool:
        """Whether the dense head knows the finding."""
        return name in self.thresholds and any(name in each.percept.maps for each in self.seen)

    def excludes(self, name: str) -> bool:
        """Whether the image-level head is below its lower threshold."""
        p = self.probability(name)
        return p is not None and p < self.thresholds[name].lower

    def asserts(self, name: str) -> bool:
        """Whether the image-level head is above its upper threshold."""
        p = self.probability(name)
        return p is not None and p > self.thresholds[name].upper

    def peak_on(self, name: str, side: Side) -> float | None:
        """The dense head's peak on one side of the frontal; None without a frontal or a map."""
        return self.frontal.peak(name, HALVES[side]) if self.frontal else None

    def lit_on(self, name: str, side: Side) -> bool:
        """Whether the dense head sees the finding on one side of the frontal."""
        found = self.peak_on(name, side)
        return found is not None and found > self.thresholds[name].patch


def peak(grid: NDArray[np.float32], area: Area) -> float:
    """The highest value of `grid` [G, G] among patches whose centre lies in `area` (fractions of the square).

    An area too small to hold a centre is read at the patch that holds its own centre.
    """
    rows, columns = _covered(grid.shape[0], area[1], area[3]), _covered(grid.shape[1], area[0], area[2])
    return float(grid[rows, columns].max())


def _covered(count: int, low: float, high: float) -> slice:
    first, last = math.ceil(low * count - 0.5), math.floor(high * count - 0.5)
    if last < first:
        first = last = int((low + high) / 2 * count)
    return slice(min(max(first, 0), count - 1), min(max(last, 0), count - 1) + 1)


def overlap(box: Box, area: Area) -> Area | None:
    """What `box` and `area` share; None if nothing."""
    x0, y0, x1, y1 = max(box.x0, area[0]), max(box.y0, area[1]), min(box.x1, area[2]), min(box.y1, area[3])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def current_images(study: Study, size: int) -> tuple[Shown, ...]:
    """The study's images for a model of `size` px, the prior's among them; a study without a current one is refused."""
    if not study.views:
        raise SightlineError(f"`{study.study_id}`: the study has no image, give a DICOM, PNG or JPEG chest film.")
    return study_images(study, size)


def look(study: Study, perception: Perception, shown: Sequence[Shown] | None = None, force: bool = False) -> Sight:
    """Show the heads the current images; `shown` saves reading them again where it has the heads' size.

    Raises SightlineError for an image that is no chest film, unless `force`: then the flag `not_chest` is set, also
    for a film that only its header calls something else. An image
    that is one only with black and white exchanged is read as its header says, with the flag `looks inverted`.
    """
    if shown is None or any(each.image.shape[0] != perception.image_size for each in shown):
        shown = current_images(study, perception.image_size)
    current = [each for each in shown if each.frame.letter != "P"]
    percepts = perception.see([each.image for each in current])
    seen = tuple(Seen(each.frame, percept) for each, percept in zip(current, percepts, strict=True))
    doubted = [i for i, each in enumerate(seen) if not _chest(each.percept)]
    exchanged = perception.see([255 - current[i].image for i in doubted]) if doubted else []
    strangers = [seen[i] for i, percept in zip(doubted, exchanged, strict=True) if not _chest(percept)]
    if strangers and not force:
        raise SightlineError(_refusal(study, strangers[0]))
    foreign = strangers or (force and any(file_not_chest(Path(view.path)) for view in study.views))
    flags = ("not_chest",) if foreign else ("looks inverted",) if doubted else ()
    return Sight(seen, perception.thresholds, flags)


def _chest(percept: Percept) -> bool:
    return percept.gate.get("chest", 1.0) >= CHEST


def _refusal(study: Study, stranger: Seen) -> str:
    path = next(view.path for view in study.views if view.id == stranger.frame.view)
    p = stranger.percept.gate["chest"]
    return f"`{path}`: this does not look like a chest film (probability {p:.2f}), give one or go on with --force."
