"""A patient over time: which findings appear, grow, shrink and go from one visit to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.drawing import FIRST_PLACE, draw_lesion, draw_lesions, draw_primary, hidden_names, settled
from radiology.phantom.habitus import Habitus
from radiology.phantom.language.places import ANGLE, APEX, FISSURE
from radiology.phantom.lesion import SIZED, Lesion
from radiology.study import Change

FIXED = frozenset(("scoliosis", "granuloma", "hernia", "emphysema", "hyperinflation", "fibrosis"))
"""What takes years: it is there from the first visit on, and stays as it is."""
IMPLANTS = frozenset(("sternal_wires", "pacemaker"))
"""What may be new and then stays."""
NOTABLE = 0.12
"""Difference of extent from which two visits differ."""


@dataclass(frozen=True)
class Visit:
    """`drawn` was chosen, `lesions` is what can be seen of it and of its consequences.

    `gone` were seen last time and are no more; what is merely hidden, as by a massive effusion, has not gone.
    """

    number: int
    day: int
    drawn: tuple[Lesion, ...]
    lesions: tuple[Lesion, ...]
    change: dict[str, Change | None] = field(default_factory=dict)
    gone: tuple[Lesion, ...] = ()

    @property
    def hidden(self) -> frozenset[str]:
        """Names of what is there and cannot be seen."""
        return hidden_names(self.drawn)


def first_visit(who: Habitus, rng: np.random.Generator) -> Visit:
    drawn = draw_lesions(who, rng)
    return Visit(0, 0, drawn, settled(drawn))


def next_visit(last: Visit, who: Habitus, rng: np.random.Generator) -> Visit:
    """One or two of appear, go, grow and shrink; what these bring about follows, everything else is stable."""
    drawn = list(last.drawn)
    barred = FIXED | {lesion.name for lesion in last.drawn}
    for _ in range(1 + (rng.random() < 0.35)):
        drawn = _step(drawn, who, rng, barred)
    lesions = settled(drawn)
    before, now = {x.name: x for x in last.lesions}, {x.name: x for x in lesions}
    change = {name: _change(before.get(name), now[name]) for name in now if name not in last.hidden}
    hidden = hidden_names(drawn)
    gone = tuple(lesion for name, lesion in before.items() if name not in now and name not in hidden)
    day = last.day + int(rng.choice([1, 2, 7, 30, 90, 365], p=[0.15, 0.15, 0.2, 0.25, 0.15, 0.1]))
    return Visit(last.number + 1, day, tuple(drawn), lesions, change, gone)


def _step(drawn: Sequence[Lesion], who: Habitus, rng: np.random.Generator, barred: frozenset[str]) -> list[Lesion]:
    """One change; none of `barred` appears, so that nothing goes and comes back on one day."""
    free = [lesion for lesion in drawn if lesion.name not in FIXED | IMPLANTS]
    if not free or (rng.random() < 0.3 and len(drawn) < 5):
        return [*drawn, draw_primary(drawn, who, rng, barred)]
    old = free[int(rng.integers(len(free)))]
    if rng.random() < 0.3:
        return [lesion for lesion in drawn if lesion is not old]
    if FINDINGS[old.name].device or old.name == "fracture":
        new = draw_lesion(old.name, who, rng)
        moved = replace(old, position=new.position, extent=new.extent) if old.name != "fracture" else old
        return [moved if lesion is old else lesion for lesion in drawn]
    grows = rng.random() < 0.5 if 0.4 < old.extent < 0.6 else old.extent <= 0.4
    by = rng.uniform(0.3, 0.45) * (0.6 if old.name in SIZED else 1.0)
    moved = old.resized(old.extent + (1 if grows else -1) * by)
    return [_replaced(moved) if lesion is old else lesion for lesion in drawn]


def _replaced(lesion: Lesion) -> Lesion:
    """A finding that has grown out of the place that only a small one has, or shrunk into it."""
    if lesion.name == "pleural_effusion" and lesion.location != FISSURE:
        return replace(lesion, location=ANGLE if lesion.extent < FIRST_PLACE[lesion.name] else None)
    if lesion.name == "pneumothorax":
        return replace(lesion, location=APEX if lesion.extent < FIRST_PLACE[lesion.name] else None)
    return lesion


def _change(before: Lesion | None, now: Lesion) -> Change | None:
    """None for a device that was moved, or what is now on another side: it is neither better nor the same."""
    if before is None:
        return Change.NEW
    if before.side != now.side:
        return None
    if FINDINGS[now.name].device:
        return Change.STABLE if before.position == now.position else None
    grown = now.extent - before.extent
    return Change.STABLE if abs(grown) < NOTABLE else Change.WORSE if grown > 0 else Change.BETTER


def course(visits: int, who: Habitus, rng: np.random.Generator) -> list[Visit]:
    """All visits of one patient."""
    series = [first_visit(who, rng)]
    while len(series) < visits:
        series.append(next_visit(series[-1], who, rng))
    return series
