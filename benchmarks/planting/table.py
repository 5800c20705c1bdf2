"""Every kind of error that is planted, and the checks that ought to find it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.planting import kinds, sections
from benchmarks.planting.planted import Plant


@dataclass(frozen=True)
class Kind:
    """How an error is planted, and the checks of which one ought to fire. `openi`: whether reports without boxes,
    priors, views and sex can carry it."""

    plant: Plant
    checks: tuple[str, ...]
    openi: bool = True


KINDS = {
    "comparison without a prior": Kind(kinds.comparison, ("comparison without a prior",)),
    "box on the other side": Kind(kinds.box, ("side against box",), openi=False),
    "impression on the other side": Kind(sections.flipped, ("findings against impression",)),
    "impression invents": Kind(sections.invented, ("findings against impression",)),
    "impression leaves out": Kind(sections.left_out, ("findings against impression", "left out of the impression")),
    "present and absent": Kind(sections.contradicted, ("present and absent",)),
    "device nobody supports": Kind(kinds.device, ("device nobody supports",)),
    "copied sentence": Kind(kinds.copied, ("copied sentence",)),
    "identifier": Kind(kinds.identifier, ("identifier",)),
    "scope of negation": Kind(kinds.negation, ("scope of negation",)),
    "change against the prior": Kind(kinds.change, ("change against the prior",), openi=False),
    "view that was not taken": Kind(kinds.view, ("view not in the study",), openi=False),
    "impossible measure": Kind(kinds.measure, ("implausible measure",)),
    "the other sex": Kind(kinds.sex, ("other sex",), openi=False),
}
