"""The closed list of places that a phantom's findings may have: `Finding.location`, and `Finding.position` of devices.

Every string is spelt as `radiology.reading` gives it back; the side stands in `Finding.side`, so a "right upper lobe"
is side right, location "upper lobe". A report is read back to one finding per name and side: several nodules or ribs of
one side are one finding with a count.
"""

from __future__ import annotations

from enum import StrEnum

from radiology.study import Side

LOBES: dict[Side, tuple[str, ...]] = {
    Side.RIGHT: ("upper lobe", "middle lobe", "lower lobe"),
    Side.LEFT: ("upper lobe", "lingula", "lower lobe"),
    Side.BILATERAL: ("upper lobe", "lower lobe"),
}
ALL_LOBES = ("upper lobe", "middle lobe", "lingula", "lower lobe")
ZONES = ("upper zone", "mid zone", "lower zone")
APEX, BASE, HILUM, RETROCARDIAC = "apex", "base", "hilum", "retrocardiac"
HEART_BORDER, HEMIDIAPHRAGM = "heart border", "hemidiaphragm"
FISSURE, ANGLE = "fissure", "costophrenic angle"
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
RIBS: tuple[str, ...] = tuple(f"{ordinal} rib" for ordinal in ORDINALS)
CLAVICLE = "clavicle"

_LUNG = (*ALL_LOBES, *ZONES, APEX, BASE, HILUM)
LOCATIONS: dict[str, tuple[str, ...]] = {
    "pleural_effusion": (FISSURE, ANGLE),
    "pneumothorax": (APEX, BASE),
    "consolidation": (*_LUNG, RETROCARDIAC),
    "opacity": (*_LUNG, RETROCARDIAC),
    "atelectasis": (*_LUNG, RETROCARDIAC),
    "volume_loss": (*ALL_LOBES, *ZONES),
    "nodule": _LUNG,
    "mass": _LUNG,
    "cavitation": _LUNG,
    "granuloma": _LUNG,
    "fibrosis": (*ALL_LOBES, *ZONES, APEX, BASE),
    "pleural_thickening": (APEX, BASE),
    "fracture": (*RIBS, CLAVICLE),
    "silhouette_sign": (HEART_BORDER, HEMIDIAPHRAGM),
}
"""Finding -> the locations it may have, all optional. RETROCARDIAC is left. Atelectasis of a lobe is a collapse, at any
other place it is linear; a phantom's opacity is patchy. A finding that is not listed has none."""


def fits(location: str, side: Side | None) -> bool:
    """Whether a location is found on that side: lobes belong to one, and the heart hides lung on the left."""
    if location == RETROCARDIAC:
        return side is Side.LEFT
    return location not in ALL_LOBES or side is None or location in LOBES[side]


class Placement(StrEnum):
    """Is a device where it belongs? DEEP and SHORT are along its course, ASTRAY is off it."""

    RIGHT = "right"
    DEEP = "deep"
    SHORT = "short"
    ASTRAY = "astray"


ABOVE_CARINA: dict[int, str] = {cm: f"{cm} cm above the carina" for cm in range(1, 11)}
"""Whole cm from the tip of an endotracheal tube up to the carina -> its position."""
_SAFE_CM = range(3, 8)
"""5 cm and 2 either way, for a flexing and stretching neck (Goodman et al., AJR 1976;127:433)."""


def _tube(cm: int) -> Placement:
    return Placement.RIGHT if cm in _SAFE_CM else Placement.DEEP if cm < _SAFE_CM.start else Placement.SHORT


BOTH_LEADS = "right atrium and right ventricle"
INTACT, BROKEN = "intact", "broken"

POSITIONS: dict[str, dict[str, Placement]] = {
    "endotracheal_tube": {
        **{text: _tube(cm) for cm, text in ABOVE_CARINA.items()},
        "right main bronchus": Placement.DEEP,
        "left main bronchus": Placement.DEEP,
        "esophagus": Placement.ASTRAY,
    },
    "gastric_tube": {
        "stomach": Placement.RIGHT,
        "duodenum": Placement.RIGHT,
        "esophagus": Placement.SHORT,
        "right lower lobe bronchus": Placement.ASTRAY,
        "left lower lobe bronchus": Placement.ASTRAY,
        "right main bronchus": Placement.ASTRAY,
    },
    "central_line": {
        "superior vena cava": Placement.RIGHT,
        "cavoatrial junction": Placement.RIGHT,
        "right atrium": Placement.DEEP,
        "right ventricle": Placement.DEEP,
        "brachiocephalic vein": Placement.SHORT,
        "subclavian vein": Placement.SHORT,
        "jugular vein": Placement.ASTRAY,
    },
    "pacemaker": {
        BOTH_LEADS: Placement.RIGHT,
        "right ventricle": Placement.RIGHT,
        "right atrium": Placement.RIGHT,
        "superior vena cava": Placement.SHORT,
        "pulmonary artery": Placement.ASTRAY,
    },
    "pulmonary_artery_catheter": {"pulmonary artery": Placement.RIGHT, "right ventricle": Placement.SHORT},
    "chest_tube": {
        "apex": Placement.RIGHT,
        "base": Placement.RIGHT,
        "fissure": Placement.ASTRAY,
        "chest wall": Placement.ASTRAY,
    },
    "sternal_wires": {INTACT: Placement.RIGHT, BROKEN: Placement.ASTRAY},
}
"""Device -> the positions its tip (pacemaker: its leads; sternal wires: their state) may have, and how right each."""


def placement_of(name: str, position: str | None) -> Placement | None:
    """How right a device's position is; None where nothing is known of it."""
    return POSITIONS.get(name, {}).get(position or "")
