"""What the heads see in one study's current images, asked in the terms of evidence: presence, absence, side, box."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mllm.boxes import Frame
from mllm.draft.gate import FLAWS, NOT_CHEST, flaws, refusal
from mllm.model.perception import Percept, Perception, Thresholds
from mllm.prompts import Shown, study_images
from radiology.errors import SightlineError
from radiology.imaging.scope import file_lies, file_not_chest
from radiology.study import Box, Side, Study

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

    Raises SightlineError for an image that is blank or no chest film, unless `force`: then the flag `not_chest` is set,
    also for a film that only its header calls something else. A film that lies or is stored the wrong way is read as it
    is, with the flag of `mllm.draft.gate.FLAWS`; so is one that is a chest film only with black and white exchanged.
    """
    if shown is None or any(each.image.shape[0] != perception.image_size for each in shown):
        shown = current_images(study, perception.image_size)
    current = [each for each in shown if each.frame.letter != "P"]
    percepts = perception.see([each.image for each in current])
    seen = tuple(Seen(each.frame, percept) for each, percept in zip(current, percepts, strict=True))
    flags = list[str]()
    for each, film in zip(seen, current, strict=True):
        path = _path(study, each)
        refused = refusal(each.percept, film.image, each.frame.letterbox, path)
        exchanged = refused is not None and _chest_exchanged(film, path, perception)
        if refused and not exchanged and not force:
            raise SightlineError(f"`{path}`: this {refused.reason}, give a chest film or go on with --force.")
        flags += ["looks inverted"] if exchanged else refused.flags if refused else _lies(each, film, path, perception)
    if force and any(file_not_chest(Path(view.path)) for view in study.views):
        flags.append(NOT_CHEST)
    return Sight(seen, perception.thresholds, tuple(sorted(set(flags), key=lambda flag: (flag != NOT_CHEST, flag))))


def _path(study: Study, seen: Seen) -> Path:
    return Path(next(view.path for view in study.views if view.id == seen.frame.view))


def _chest_exchanged(film: Shown, path: Path, perception: Perception) -> bool:
    """Whether the film is a chest film with black and white exchanged."""
    negative = 255 - film.image
    return refusal(perception.see([negative])[0], negative, film.frame.letterbox, path) is None


def _lies(seen: Seen, film: Shown, path: Path, perception: Perception) -> tuple[str, ...]:
    """Flags by the header and by the gate."""
    told = file_lies(path)
    by_header = tuple(flaw.flag for flaw in FLAWS if told and told in flaw.flag)
    return (*by_header, *flaws(seen.percept, film.image, perception.see))
