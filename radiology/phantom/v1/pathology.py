"""Findings as changes of attenuation: each lesion is rendered alone, so its mask and boxes are exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radiology.findings import FINDINGS
from radiology.phantom.geometry import Detector, Solids, chain, ellipsoid, join
from radiology.phantom.v1.anatomy import SIGN, Body
from radiology.study import Finding, Severity, Side

Map = NDArray[np.float32]
TISSUE = 0.018
"""Attenuation of soft tissue per mm, and the share of it that aerated lung has."""
LUNG_SHARE = 0.25
AERATED = TISSUE * (1 - LUNG_SHARE)
METAL = 0.2
SIDES = (Side.RIGHT, Side.LEFT)
NAMES = (
    "cardiomegaly",
    "pleural_effusion",
    "consolidation",
    "nodule",
    "pneumothorax",
    "atelectasis",
    "edema",
    "pacemaker",
    "central_line",
)
ZONES = {"upper zone": (-88.0, -45.0), "mid zone": (-32.0, 12.0), "lower zone": (22.0, 62.0)}


@dataclass(frozen=True)
class Lesion:
    """One finding of a body. `extent` 0..1 runs from the smallest to the largest; `contrast` scales attenuation."""

    name: str
    side: Side | None
    zone: str | None
    extent: float
    contrast: float
    seed: int

    @property
    def severity(self) -> Severity | None:
        """Thirds of the extent; a nodule has a size and a device neither."""
        if self.name == "nodule" or FINDINGS[self.name].device:
            return None
        return (Severity.SMALL, Severity.MODERATE, Severity.LARGE)[min(2, int(self.extent * 3))]

    @property
    def size_mm(self) -> float | None:
        return round(14.0 + 18.0 * self.extent) if self.name == "nodule" else None

    @property
    def ratio(self) -> float:
        """Cardiothoracic ratio of an enlarged heart."""
        return 0.525 + 0.125 * self.extent

    @property
    def position(self) -> str | None:
        if self.name != "central_line":
            return None
        return "superior vena cava" if self.extent < 0.6 else "right atrium"

    def finding(self) -> Finding:
        """What a perfect reader would say of it, boxes apart."""
        return Finding(
            name=self.name,
            side=self.side,
            location=self.zone,
            severity=self.severity,
            size_mm=self.size_mm,
            position=self.position,
        )


@dataclass(frozen=True)
class Scene:
    """One view of a body before its lesions: `lungs` and `free` (not taken by heart, diaphragm...) in mm, by side."""

    body: Body
    detector: Detector
    lungs: dict[Side, Map]
    free: dict[Side, Map]


def _drops(centre: NDArray[np.float64], spread: float, radius: float, rng: np.random.Generator) -> Solids:
    """A cluster of overlapping ellipsoids."""
    places = centre + rng.normal(0, spread, (int(rng.integers(8, 14)), 3)) * [1.0, 0.9, 1.0]
    return join([ellipsoid(p, radius * rng.uniform(0.6, 1.2, 3), tilt=rng.uniform(0, np.pi)) for p in places])


def _in_lung(scene: Scene, side: Side, solids: Solids, weight: float) -> Map:
    """Attenuation added where `solids` replace air of one lung."""
    return np.float32(AERATED * weight) * np.minimum(scene.detector.thickness(solids), scene.free[side])


def _spot(lesion: Lesion, side: Side, scene: Scene, rng: np.random.Generator) -> NDArray[np.float64]:
    low, high = ZONES[lesion.zone or "mid zone"]
    return scene.body.place(side, rng.uniform(0.45, 0.8), rng.uniform(low, high), rng.uniform(-45, 45))


def _sides(lesion: Lesion) -> tuple[Side, ...]:
    return SIDES if lesion.side in (None, Side.BILATERAL) else (lesion.side,)


def _cardiomegaly(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    heart = scene.detector.thickness(scene.body.heart(lesion.ratio))
    return [np.float32(TISSUE * 0.25) * heart]


def _effusion(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Fluid below a level that climbs towards the chest wall: the meniscus."""
    height, axis = scene.body.height, scene.detector.axis
    pose = scene.detector.pose
    u, v = axis - pose.shift[0], (axis - pose.shift[1])[:, None]
    parts = []
    for side in _sides(lesion):
        level = (86 - 112 * lesion.extent + rng.normal(0, 4)) * height
        climb = np.clip(u / 118 if scene.detector.lateral else SIGN[side] * u / (126 * scene.body.width), 0, 1.1)
        fluid = 1 / (1 + np.exp(np.clip(-(v - level + 42 * climb**3) / 4.0, -40, 40)))
        parts.append(np.float32(AERATED * lesion.contrast) * scene.free[side] * fluid.astype(np.float32))
    return parts


def _consolidation(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    spread, radius, parts = 7 + 13 * lesion.extent, 13 + 11 * lesion.extent, []
    for side in _sides(lesion):
        solids = _drops(_spot(lesion, side, scene, rng), spread, radius, rng)
        parts.append(_in_lung(scene, side, solids, 0.85 * lesion.contrast))
    return parts


def _nodule(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    assert lesion.side is not None
    assert lesion.size_mm is not None
    ball = ellipsoid(
        _spot(lesion, lesion.side, scene, rng), np.full(3, lesion.size_mm / 2) * rng.uniform(0.92, 1.08, 3)
    )
    return [_in_lung(scene, lesion.side, ball, 2.4 * lesion.contrast)]


def collapse(lesion: Lesion) -> float:
    """Share of its size that a collapsed lung keeps."""
    return 0.9 - 0.32 * lesion.extent


def lung_map(body: Body, detector: Detector, side: Side, scale: float = 1.0) -> Map:
    """[size, size] thickness of one lung in mm."""
    apical, basal = body.lung(side, scale)
    return np.maximum(detector.thickness(apical), detector.thickness(basal))


def _pneumothorax(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Free air around a collapsed lung, and the visceral pleura as a thin bright edge."""
    assert lesion.side is not None
    scale = collapse(lesion)
    lung, inner = scene.lungs[lesion.side], lung_map(scene.body, scene.detector, lesion.side, scale)
    core = lung_map(scene.body, scene.detector, lesion.side, scale * 0.985)
    open_field = np.minimum(scene.free[lesion.side] / np.maximum(lung, 1.0), 1.0)
    air = np.maximum(lung - inner, 0) * open_field
    edge = np.maximum(inner - core, 0) * open_field * (lung > inner)
    gain = 0.6 + 0.4 * lesion.contrast
    return [np.float32(-TISSUE * LUNG_SHARE * 1.35 * gain) * air + np.float32(TISSUE * 0.45 * gain) * edge]


def _atelectasis(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Plate-like: one to three thin bands, nearly level."""
    assert lesion.side is not None
    parts, start = [], _spot(lesion, lesion.side, scene, rng)
    for band in range(1 + int(lesion.extent * 2.99)):
        tilt = rng.normal(0.15, 0.15) * SIGN[lesion.side]
        radii = (24 + 14 * lesion.extent, rng.uniform(3.0, 4.6), 38)
        parts.append(ellipsoid(start + np.array([rng.normal(0, 5), band * 13.0, 0.0]), radii, tilt=tilt))
    return [_in_lung(scene, lesion.side, join(parts), 1.3 * lesion.contrast)]


def _edema(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Perihilar haze, congested vessels and short septal lines at the base of both lungs."""
    parts, body = [], scene.body
    for side in _sides(lesion):
        core = np.array([34 + 22 * lesion.extent, 64, 62])
        haze = join([ellipsoid(body.place(side, 0.44, 12, 8), core * s, weight=0.3) for s in (0.5, 0.75, 1.0, 1.25)])
        lines = [body.place(side, rng.uniform(0.72, 0.9), rng.uniform(25, 75), rng.uniform(-30, 30)) for _ in range(7)]
        septa = join([ellipsoid(p, (9, 1.3, 10)) for p in lines])
        strength = (0.25 + 0.4 * lesion.extent) * (0.5 + 0.5 * lesion.contrast)
        delta = _in_lung(scene, side, haze, strength) + _in_lung(scene, side, septa, 1.5 * strength)
        parts.append(delta + _in_lung(scene, side, body.vessels(side, 1.5), 1.2 * strength))
    return parts


def _vein(body: Body, side: Side, tip: float) -> NDArray[np.float64]:
    """From under the collar bone of `side` through the superior vena cava down to y = `tip`."""
    w, h, d = body.width, body.height, body.depth
    sign, cava = SIGN[side], -22 * w
    points = [[sign * 96 * w, -104 * h, -60 * d], [sign * 60 * w, -112 * h, -48 * d], [sign * 24 * w, -98 * h, -20 * d]]
    points += [[cava + (8 if side is Side.LEFT else 0), -76 * h, -5 * d], [cava, -45 * h, 0.0], [cava, tip * h, 0.0]]
    return np.array(points)


def _pacemaker(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    assert lesion.side is not None
    body, sign = scene.body, SIGN[lesion.side]
    centre = np.array(
        [sign * rng.uniform(60, 112) * body.width, rng.uniform(-105, -40) * body.height, -98 * body.depth]
    )
    radii = (rng.uniform(17, 23), rng.uniform(15, 20), 4.5)
    vein = _vein(body, lesion.side, -10)
    apex = np.array([[14 * body.width, 66 * body.height, -34 * body.depth], [40, 74 * body.height, -40 * body.depth]])
    lead = chain(np.concatenate([centre[None], vein[1:], apex]), 1.2)
    can = ellipsoid(centre, radii, tilt=rng.uniform(-0.4, 0.4))
    gain = np.float32(METAL * (0.7 + 0.3 * lesion.contrast))
    return [gain * scene.detector.thickness(can + lead)]


def _central_line(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    assert lesion.side is not None
    body, sign = scene.body, SIGN[lesion.side]
    path = _vein(body, lesion.side, -32 + 75 * lesion.extent)
    if rng.random() < 0.5:  # by the jugular vein instead of the subclavian
        neck = [[sign * 40, -196 * body.height, -15], [sign * 34, -150 * body.height, -15]]
        path = np.concatenate([np.array(neck), path[2:]])
    gain = np.float32(METAL * (0.6 + 0.6 * lesion.contrast))
    return [gain * scene.detector.thickness(chain(path, 1.6))]


RENDER: dict[str, Callable[[Lesion, Scene, np.random.Generator], list[Map]]] = {
    "cardiomegaly": _cardiomegaly,
    "pleural_effusion": _effusion,
    "consolidation": _consolidation,
    "nodule": _nodule,
    "pneumothorax": _pneumothorax,
    "atelectasis": _atelectasis,
    "edema": _edema,
    "pacemaker": _pacemaker,
    "central_line": _central_line,
}
"""Each gives the signed attenuation [size, size] of every component (one per side) of a lesion."""


def render(lesion: Lesion, scene: Scene) -> list[Map]:
    """The lesion's components in one view; the same lesion gives the same body in every view."""
    return RENDER[lesion.name](lesion, scene, np.random.default_rng(lesion.seed))


def mask_of(lesion: Lesion, delta: Map) -> NDArray[np.bool_]:
    """Where a component shows: a tenth of its peak for devices, a quarter for the rest, and never the faintest."""
    strength = np.abs(delta)
    share = 0.1 if FINDINGS[lesion.name].device else 0.25
    mask: NDArray[np.bool_] = strength > max(0.02, share * float(strength.max()))
    return mask


def draw_lesion(name: str, rng: np.random.Generator) -> Lesion:
    """A random lesion of one kind; two in five are faint."""
    faint = rng.random() < 0.4
    contrast = float(rng.uniform(0.3, 0.5) if faint else rng.uniform(0.5, 1.0))
    term = FINDINGS[name]
    side: Side | None = None
    if term.sided:
        left = 0.65 if name == "pacemaker" else 0.5
        side = Side.LEFT if rng.random() < left else Side.RIGHT
        if name in ("pleural_effusion", "consolidation") and rng.random() < 0.2:
            side = Side.BILATERAL
    zone = None
    if name in ("consolidation", "nodule", "atelectasis") and side is not Side.BILATERAL:
        weights = (0.1, 0.3, 0.6) if name == "atelectasis" else (0.33, 0.33, 0.34)
        zone = str(rng.choice(list(ZONES), p=weights))
    if name == "consolidation" and side is Side.BILATERAL:
        zone = "lower zone"
    return Lesion(name, side, zone, float(rng.uniform(0, 1)), contrast, int(rng.integers(2**31)))


def draw_lesions(rng: np.random.Generator) -> tuple[Lesion, ...]:
    """None in three of ten bodies, else one to four of different kinds, in vocabulary order."""
    if rng.random() < 0.3:
        return ()
    count = int(rng.choice([1, 2, 3, 4], p=[0.42, 0.33, 0.19, 0.06]))
    names = sorted(rng.choice(len(NAMES), count, replace=False))
    return tuple(draw_lesion(NAMES[i], rng) for i in names)


def resized(lesion: Lesion, extent: float) -> Lesion:
    """The same lesion, grown or shrunk."""
    return replace(lesion, extent=float(np.clip(extent, 0.02, 0.98)))
