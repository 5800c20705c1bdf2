"""What the heads see in the film of each visit, finding by finding and side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mllm.boxes import Frame, Letter
from mllm.draft.gate import SURE, refusal
from mllm.draft.sight import HALVES, Seen, Sight
from mllm.model.perception import Percept, Perception
from radiology.findings import FINDINGS
from radiology.imaging.chosen import film_of
from radiology.imaging.letterbox import letterbox
from radiology.imaging.pixels import read_pixels
from radiology.study import Case, Certainty, Projection, Side, View
from radiology.timeline import record
from radiology.timeline.build import FilmRead, timeline_of
from radiology.timeline.known import Key
from radiology.timeline.record import Timeline

LEAST = 1e-4
CLIP = 4.0
"""Log-odds of a patch beyond which it says no more."""
WHOLE_FILM = 3.0
"""The image-level log-odds count for a third of the mean log-odds of the patches."""
SPILL = 0.2
"""What a map shows on one side, as a share of the other, below which the other one spills over the midline."""


def draw_timeline(case: Case, perception: Perception) -> Timeline:
    """The timeline of `case` with the heads on the film of every visit.

    Raises SightlineError for a film that cannot be read; one that is blank or shows no chest is left out and noted.
    """
    visits = (*case.study.priors, case)
    return timeline_of(case, [_film(film_of(visit.study), perception) for visit in visits])


def _film(view: View | None, perception: Perception) -> FilmRead | None:
    if view is None:
        return None
    path = Path(view.path)
    image, box = letterbox(read_pixels(path), perception.image_size)
    percept = perception.see([image])[0]
    if (refused := refusal(percept, image, box, path)) is not None:
        return FilmRead(view.projection, unread=f"it {refused.reason}")
    projection = _projection(view, percept)
    letter: Letter = "F" if projection.frontal else "L"
    sight = Sight((Seen(Frame(letter, view.id, box), percept),), perception.thresholds)
    return FilmRead(projection, dict(_seen(sight, percept)))


def _projection(view: View, percept: Percept) -> Projection:
    """As the film is called; the gate tells a lateral that is called nothing."""
    unsaid = view.projection is Projection.UNKNOWN
    return Projection.LATERAL if unsaid and percept.gate.get("lateral", 0.0) > SURE else view.projection


def _seen(sight: Sight, percept: Percept) -> Iterator[tuple[Key, record.Seen]]:
    for name in sight.thresholds:
        p = sight.probability(name)
        if p is None:
            continue
        for side in _sides(name, sight):
            amount = _amount(percept, name, side, p) if sight.mapped(name) else None
            yield (
                (name, side),
                record.Seen(certainty=_certainty(sight, percept, name, side), probability=p, amount=amount),
            )


def _sides(name: str, sight: Sight) -> tuple[Side | None, ...]:
    """A side is only visible on a frontal, by a map. What crosses the midline, such as a line or a lead, has none."""
    sided = name in FINDINGS and FINDINGS[name].sided and not FINDINGS[name].device
    return tuple(HALVES) if sided and sight.mapped(name) and sight.frontal is not None else (None,)


def _certainty(sight: Sight, percept: Percept, name: str, side: Side | None) -> Certainty:
    """By the image-level thresholds; of a side also by whether the map lights up there, or only on the other."""
    if sight.excludes(name):
        return Certainty.ABSENT
    lit = [half for half in HALVES if side is not None and _lit(sight, percept, name, half)]
    if sight.asserts(name) and (side is None or side in lit):
        return Certainty.PRESENT
    return Certainty.ABSENT if lit and side not in lit else Certainty.UNCERTAIN


def _lit(sight: Sight, percept: Percept, name: str, side: Side) -> bool:
    shown = {half: float(_on(percept, name, half).sum()) for half in HALVES}
    return sight.lit_on(name, side) and shown[side] >= SPILL * max(shown.values())


def _amount(percept: Percept, name: str, side: Side | None, p: float) -> float:
    """How much of the finding there is: the mean log-odds of the patches on the side and, since a map is coarse, a
    share of the image-level log-odds."""
    patches = _log_odds(_on(percept, name, side)).clip(-CLIP, CLIP).mean()
    return float(patches + _log_odds(np.float32(p)) / WHOLE_FILM)


def _on(percept: Percept, name: str, side: Side | None) -> NDArray[np.float32]:
    """The patches [G, G'] of a map on one side of a frontal, or all of them."""
    grid = percept.maps[name]
    middle = grid.shape[1] // 2
    return grid if side is None else grid[:, :middle] if side is Side.RIGHT else grid[:, middle:]


def _log_odds(p: NDArray[np.float32] | np.float32) -> NDArray[np.float32]:
    kept = np.clip(p, LEAST, 1 - LEAST)
    return np.asarray(np.log(kept / (1 - kept)))
