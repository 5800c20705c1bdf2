"""What RadFact counts: the phrases of two reports, which of them the other report entails, and where.

Bannur et al., "MAIRA-2: Grounded Radiology Report Generation" (2024). A phrase is spatially entailed when it is
entailed and at least half of the area of its boxes lies within the boxes of the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.judges.coverage import coverage
from radiology.study import Box, Certainty, Finding, Side

ENOUGH = 0.5
"""Share of a phrase's boxes that the boxes of its evidence cover."""
_ROUNDING = 1e-9

Verdict = tuple[float, ...]
"""(candidate phrases, of them entailed, reference phrases, of them entailed, candidate phrases with boxes, of them
spatially entailed, reference phrases with boxes, of them spatially entailed)."""

UNJUDGED: Verdict = (float("nan"),) * 8


@dataclass(frozen=True)
class Weighed:
    """A phrase weighed against the other report: its own boxes, and those of the phrases that entail it."""

    entailed: bool
    boxes: tuple[Box, ...] = ()
    evidence: tuple[Box, ...] = ()

    @property
    def spatially_entailed(self) -> bool:
        return self.entailed and coverage(self.boxes, self.evidence) >= ENOUGH - _ROUNDING


def verdict(candidate: Sequence[Weighed], reference: Sequence[Weighed]) -> Verdict:
    return (*_logical(candidate), *_logical(reference), *_spatial(candidate), *_spatial(reference))


def _logical(phrases: Sequence[Weighed]) -> tuple[float, float]:
    return float(len(phrases)), float(sum(phrase.entailed for phrase in phrases))


def _spatial(phrases: Sequence[Weighed]) -> tuple[float, float]:
    boxed = [phrase for phrase in phrases if phrase.boxes]
    return float(len(boxed)), float(sum(phrase.spatially_entailed for phrase in boxed))


def boxes_of(said: Finding, known: Iterable[Finding]) -> tuple[Box, ...]:
    """The boxes that `known` has for a present finding: those of its name whose side can be the one said."""
    if said.certainty is not Certainty.PRESENT:
        return ()
    same = (f for f in known if f.name == said.name and f.certainty is Certainty.PRESENT and _meet(f.side, said.side))
    return tuple(dict.fromkeys(box for finding in same for box in finding.boxes))


def _meet(one: Side | None, other: Side | None) -> bool:
    return one == other or None in (one, other) or Side.BILATERAL in (one, other)
