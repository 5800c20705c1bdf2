"""A random device: where it ends, on which side, and how strongly it shows."""

from __future__ import annotations

import numpy as np

from radiology.phantom.habitus import Habitus
from radiology.phantom.language.places import ABOVE_CARINA, BOTH_LEADS, BROKEN, INTACT
from radiology.phantom.lesion import Lesion
from radiology.study import Side

DEEPEST, HIGHEST = 1, 8
"""Endotracheal tubes end 1 to 8 cm above the carina; higher ones would leave the film."""
CHANCES: dict[str, dict[str, float]] = {
    "gastric_tube": {
        "stomach": 0.7,
        "esophagus": 0.16,
        "right lower lobe bronchus": 0.08,
        "left lower lobe bronchus": 0.04,
        "right main bronchus": 0.02,
    },
    "central_line": {
        "superior vena cava": 0.42,
        "cavoatrial junction": 0.16,
        "right atrium": 0.14,
        "brachiocephalic vein": 0.1,
        "jugular vein": 0.08,
        "subclavian vein": 0.05,
        "right ventricle": 0.05,
    },
    "pulmonary_artery_catheter": {"pulmonary artery": 0.8, "right ventricle": 0.2},
    "pacemaker": {BOTH_LEADS: 0.6, "right ventricle": 0.28, "right atrium": 0.07, "superior vena cava": 0.05},
    "sternal_wires": {INTACT: 0.88, BROKEN: 0.12},
    "chest_tube": {"apex": 0.5, "base": 0.3, "fissure": 0.08, "chest wall": 0.12},
}
"""Device -> how often it ends where. Malpositions are more frequent than on a ward, so that they can be learnt."""
RIGHT_SIDED = {"central_line": 0.65, "pulmonary_artery_catheter": 0.75, "pacemaker": 0.2, "chest_tube": 0.5}
"""Devices that have a side, and how often it is the right."""


def draw_device(name: str, rng: np.random.Generator, who: Habitus | None = None) -> Lesion:
    """A device of that name; `who` keeps an endotracheal tube's tip on the film of a small person."""
    side = Side.RIGHT if rng.random() < RIGHT_SIDED.get(name, 0) else Side.LEFT
    return Lesion(
        name=name,
        side=side if name in RIGHT_SIDED else None,
        extent=float(rng.uniform(0, 1)),
        contrast=float(rng.uniform(0.3, 1)),
        seed=int(rng.integers(2**31)),
        position=_endotracheal(rng, who) if name == "endotracheal_tube" else _position(CHANCES[name], rng),
        count=int(rng.integers(4, 8)) if name == "sternal_wires" else None,
    )


def _position(chances: dict[str, float], rng: np.random.Generator) -> str:
    return str(rng.choice(list(chances), p=list(chances.values())))


def _endotracheal(rng: np.random.Generator, who: Habitus | None) -> str:
    """Mostly where it belongs; one in seven is in a bronchus, and few in the esophagus."""
    place = rng.random()
    if place < 0.14:
        return "right main bronchus"
    if place < 0.17:
        return "left main bronchus" if place < 0.155 else "esophagus"
    highest = HIGHEST if who is None else int(HIGHEST * min(1.0, who.scale))
    centimetres = np.arange(DEEPEST, highest + 1)
    likely = np.where((centimetres >= 3) & (centimetres <= 7), 1.0, 0.6)
    return ABOVE_CARINA[int(rng.choice(centimetres, p=likely / likely.sum()))]
