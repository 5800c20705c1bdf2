"""What became of a finding between two examinations: the first rule that has an answer gives it.

Words of the later report come first, since its author saw both films. Then presence, measures, grades, and the heads.
"""

from __future__ import annotations

from collections.abc import Callable

from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Severity
from radiology.timeline.record import Basis, Cell, Seen, Step, Visit
from radiology.timeline.views import Likeness

MARGIN = 0.6
"""Difference of `Seen.amount` from which a finding counts as changed: the best macro F1 of worse, stable and better on
validation phantoms, by the bundled heads (python -m benchmarks.longitudinal --fit)."""
GROWTH_MM = 2.0
"""Difference of diameter from which a nodule has grown (MacMahon et al., Fleischner Society, Radiology 2017)."""
_GRADES = tuple(Severity)
_TURNS = {
    (Certainty.ABSENT, Certainty.PRESENT): Change.NEW,
    (Certainty.PRESENT, Certainty.ABSENT): Change.RESOLVED,
}
Rule = Callable[[Cell, Cell], Change | None]


def step(name: str, visits: tuple[Visit, Visit], cells: tuple[Cell, Cell], like: Likeness) -> Step:
    """From the earlier to the later of two `visits`, whose films are as `like` says."""
    before, now = cells
    heads = None if like.refused else by_heads(name, before.seen, now.seen, like.amounts)
    if now.change is not None:
        caveat = "; ".join(filter(None, (_against(now.change, before), like.refused or like.caveat)))
        return Step(
            change=now.change, basis=visits[1].source or "report", reason=_told(visits[1]), caveat=caveat, heads=heads
        )
    if like.refused:
        return Step(reason=like.refused)
    if before.certainty is now.certainty is Certainty.ABSENT:
        return Step(basis="presence", reason="absent on both", heads=heads)
    basis: Basis
    for basis, rule in RULES.items():
        if (change := rule(before, now)) is not None:
            reason = _because(basis, cells)
            return Step(change=change, basis=basis, reason=reason, caveat=like.caveat, heads=heads)
    if heads is not None and not _doubted(before, now):
        return Step(change=heads, basis="heads", reason=_seen(name, before, now), caveat=like.caveat, heads=heads)
    return Step(reason=_lacking(visits, cells), caveat=like.caveat, heads=heads)


def by_heads(name: str, before: Seen | None, now: Seen | None, amounts: bool = True) -> Change | None:
    """What the heads alone say: turned by their thresholds, else more or less by `MARGIN`. A device is there or not."""
    if before is None or now is None:
        return None
    if (before.certainty, now.certainty) in _TURNS:
        return _TURNS[before.certainty, now.certainty]
    if not before.certainty is now.certainty is Certainty.PRESENT:
        return None
    if name in FINDINGS and FINDINGS[name].device:
        return Change.STABLE
    if before.amount is None or now.amount is None or not amounts:
        return None
    return _towards(now.amount - before.amount, MARGIN)


def _by_presence(before: Cell, now: Cell) -> Change | None:
    """What was told once and seen once is compared only where the heads see what was told."""
    mixed = (before.source == "heads") is not (now.source == "heads")
    if before.certainty is None or now.certainty is None or (mixed and _doubted(before, now)):
        return None
    return _TURNS.get((before.certainty, now.certainty))


def _by_size(before: Cell, now: Cell) -> Change | None:
    if before.size_mm is None or now.size_mm is None:
        return None
    return _towards(now.size_mm - before.size_mm, GROWTH_MM)


def _by_severity(before: Cell, now: Cell) -> Change | None:
    if before.severity is None or now.severity is None:
        return None
    return _towards(_GRADES.index(now.severity) - _GRADES.index(before.severity), 1)


RULES: dict[Basis, Rule] = {"presence": _by_presence, "size": _by_size, "severity": _by_severity}
"""In this order, after what the later report says and before the heads."""


def _towards(difference: float, margin: float) -> Change:
    if abs(difference) < margin:
        return Change.STABLE
    return Change.WORSE if difference > 0 else Change.BETTER


def _doubted(*cells: Cell) -> bool:
    """Whether the heads see anything else than what was told of the same film."""
    return any(cell.seen is not None and cell.seen.certainty is not cell.certainty for cell in cells)


def _told(visit: Visit) -> str:
    who = "the report says so" if visit.source == "report" else "listed so"
    return f"{who}, comparing with {visit.compared_with}" if visit.compared_with else who


def _against(change: Change, before: Cell) -> str:
    """What is known of the earlier visit where it contradicts the word for the change."""
    needed = Certainty.ABSENT if change is Change.NEW else Certainty.PRESENT
    told = before.certainty if before.source != "heads" else None
    return f"before, it was {told}" if told not in (None, needed, Certainty.UNCERTAIN) else ""


def _because(basis: Basis, cells: tuple[Cell, Cell]) -> str:
    """What a rule compared: "absent (report), then present (heads)"."""
    if basis == "presence":
        return ", then ".join(f"{cell.certainty} ({cell.source})" for cell in cells)
    if basis == "size":
        return ", then ".join(f"{cell.size_mm:g} mm" for cell in cells)
    return ", then ".join(str(cell.severity) for cell in cells)


def _seen(name: str, before: Cell, now: Cell) -> str:
    if before.seen is None or now.seen is None or before.seen.amount is None or now.seen.amount is None:
        return "the heads see it on both films"
    if name in FINDINGS and FINDINGS[name].device:
        return "the heads see it on both films, its position is not compared"
    return f"amount by the heads {now.seen.amount - before.seen.amount:+.1f}, margin {MARGIN}"


def _lacking(visits: tuple[Visit, Visit], cells: tuple[Cell, Cell]) -> str:
    """Why there is no answer."""
    for visit, cell in zip(visits, cells, strict=True):
        if cell.certainty is None:
            return f"nothing is known of it ({visit.day})"
        if cell.certainty is Certainty.UNCERTAIN:
            return f"uncertain ({visit.day})"
        if _doubted(cell):
            return f"the heads do not see what was told ({visit.day})"
    return "present on both, with neither grade nor measure to compare"
