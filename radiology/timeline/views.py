"""Which two films may be compared for a finding, and what is to be said where they may not.

On an AP film the heart is nearer to the tube and so drawn larger, and a patient who lies breathes less deeply: widths
are not compared with those of a PA. Fluid and air move when the patient lies down.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiology.findings import FINDINGS
from radiology.study import Projection

MAGNIFIED = frozenset(
    ("cardiomegaly", "enlarged_mediastinum", "hilar_enlargement", "tortuous_aorta", "aortic_dilatation")
)
"""Findings of a width that an AP film alone makes larger."""
_CONFUSED = {
    "pleural_effusion": "fluid spreads behind the lung when the patient lies",
    "pneumothorax": "air collects in front of the lung when the patient lies",
    "low_lung_volumes": "breath is shallower when the patient lies",
    "edema": "vessels are wider when the patient lies",
}


@dataclass(frozen=True)
class Likeness:
    """`refused` is why the films are not compared; `caveat` is what holds where they are all the same. `amounts`:
    whether the extent of a finding may be compared, and not only its presence."""

    refused: str = ""
    caveat: str = ""
    amounts: bool = True


def likeness(name: str, before: Projection | None, now: Projection | None) -> Likeness:
    """Of two films by which finding `name` is compared; a visit without a film stands in nobody's way."""
    if before is None or now is None or (before is now and now is not Projection.UNKNOWN):
        return Likeness()
    if before.frontal is not now.frontal:
        return Likeness(f"{_named(before)} against {_named(now)}: unlike views are not compared", amounts=False)
    if Projection.UNKNOWN in (before, now):
        known = "both films are" if before is now else "one of the films is"
        return Likeness(caveat=f"nothing says whether {known} PA or AP")
    if name in MAGNIFIED:
        refused = f"{_named(before)} against {_named(now)}: an AP film draws heart and mediastinum larger"
        return Likeness(refused, amounts=False)
    if name in FINDINGS and FINDINGS[name].device:
        return Likeness()
    why = _CONFUSED.get(name, "position and magnification differ")
    return Likeness(caveat=f"{_named(before)} against {_named(now)}: {why}", amounts=False)


def _named(projection: Projection) -> str:
    return "a film of unknown view" if projection is Projection.UNKNOWN else str(projection)
