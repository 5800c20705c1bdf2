"""Findings by chance: any of the phantoms', with every field that one may have."""

from __future__ import annotations

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.places import LOCATIONS, POSITIONS, fits
from radiology.study import Certainty, Change, Finding, Severity, Side

NAMES = (
    "cardiomegaly", "pleural_effusion", "consolidation", "opacity", "atelectasis", "volume_loss", "nodule", "mass",
    "cavitation", "edema", "emphysema", "fibrosis", "pleural_thickening", "granuloma", "hernia",
    "elevated_hemidiaphragm", "pneumoperitoneum", "fracture", "enlarged_mediastinum", "hilar_enlargement",
    "mediastinal_shift", "pneumothorax", "endotracheal_tube", "gastric_tube", "central_line", "pacemaker",
    "sternal_wires", "chest_tube", "pulmonary_artery_catheter", "silhouette_sign", "scoliosis",
    "low_lung_volumes", "hyperinflation",
)  # fmt: skip
CHANGES = (None, None, None, Change.NEW, Change.WORSE, Change.BETTER, Change.STABLE)
MEASURED = {"nodule": (5, 30), "mass": (31, 90), "granuloma": (3, 10)}
GRADED = tuple(
    name
    for name in NAMES
    if not FINDINGS[name].device
    and name not in MEASURED
    and name not in ("low_lung_volumes", "fracture", "silhouette_sign")
)
ONE_SIDED = (
    *MEASURED,
    "pacemaker",
    "central_line",
    "chest_tube",
    "fracture",
    "mediastinal_shift",
    "cavitation",
    "silhouette_sign",
    "pulmonary_artery_catheter",
)


def draw_finding(name: str, rng: np.random.Generator, certainty: Certainty = Certainty.PRESENT) -> Finding:
    """A finding of that name that is there, surely or perhaps."""
    side = _side(name, rng)
    change = CHANGES[int(rng.integers(len(CHANGES)))]
    positions = list(POSITIONS.get(name, ()))
    device = FINDINGS[name].device
    return Finding(
        name=name,
        certainty=certainty,
        side=side,
        location=_location(name, side, rng),
        severity=list(Severity)[int(rng.integers(3))] if name in GRADED and rng.random() < 0.8 else None,
        size_mm=float(rng.integers(*MEASURED[name])) if name in MEASURED else None,
        count=_count(name, rng),
        position=positions[int(rng.integers(len(positions)))] if positions and rng.random() < 0.9 else None,
        change=Change.STABLE if device and change in (Change.WORSE, Change.BETTER) else change,
    )


def draw_findings(rng: np.random.Generator, most: int = 6) -> list[Finding]:
    """Some findings of a film and every other one as absent, as a phantom's case lists them."""
    there = set(rng.choice(len(NAMES), int(rng.integers(0, most + 1)), replace=False).tolist())
    return [_any(name, i in there, rng) for i, name in enumerate(NAMES)]


def _any(name: str, there: bool, rng: np.random.Generator) -> Finding:
    if there and rng.random() < 0.12:
        side = _side(name, rng)
        location = _location(name, side, rng)
        return Finding(name=name, certainty=Certainty.ABSENT, side=side, location=location, change=Change.RESOLVED)
    if not there:
        return Finding(name=name, certainty=Certainty.ABSENT)
    doubted = not FINDINGS[name].device and rng.random() < 0.2
    return draw_finding(name, rng, Certainty.UNCERTAIN if doubted else Certainty.PRESENT)


def _side(name: str, rng: np.random.Generator) -> Side | None:
    sides = [Side.LEFT, Side.RIGHT] if name in ONE_SIDED else list(Side)
    return sides[int(rng.integers(len(sides)))] if FINDINGS[name].sided else None


def _location(name: str, side: Side | None, rng: np.random.Generator) -> str | None:
    places = [place for place in LOCATIONS.get(name, ()) if fits(place, side)]
    return (
        places[int(rng.integers(len(places)))]
        if places and (name in ("fracture", "silhouette_sign") or rng.random() < 0.8)
        else None
    )


def _count(name: str, rng: np.random.Generator) -> int | None:
    if name in ("nodule", "granuloma"):
        return int(rng.integers(1, 6))
    return int(rng.integers(2, 8)) if name == "sternal_wires" else None
