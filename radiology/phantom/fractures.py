"""Broken ribs and collar bones: the bone as it is now, less the bone that the scene has drawn whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from radiology.phantom.devices.strand import Strand, curve, trace
from radiology.phantom.geometry import Array, ellipsoid
from radiology.phantom.language.places import CLAVICLE, RIBS
from radiology.phantom.lesion import Lesion
from radiology.phantom.scene import BONE, Scene
from radiology.phantom.skeleton import clavicle_path, rib_path, shell, smooth
from radiology.phantom.spans import Map
from radiology.phantom.thorax import SIGN, Body
from radiology.study import Side

BREAKABLE = {RIBS[number - 1]: number for number in range(3, 10)}
"""Location -> number of the ribs that break; the first two and the last are sheltered."""
LIKELY = (0.08, 0.12, 0.18, 0.2, 0.18, 0.14, 0.1)
COLLAR, HEALING = 0.22, 0.35
"""Shares: of the collar bone among fractures, of those with callus among ribs."""


@dataclass(frozen=True)
class Bone:
    """Radius in mm and density of a long bone, as the skeleton draws it."""

    radius: float
    weight: float


RIB, COLLAR_BONE = Bone(5.0, 0.85), Bone(5.4, 0.8)


@dataclass(frozen=True)
class Break:
    """Where a bone broke: its stretch [3, 3], the gap in mm, and by what its ends are apart."""

    kind: Bone
    stretch: Array
    gap: float
    step: Array


def rib_stretch(number: int, side: Side, body: Body, seed: int) -> Array:
    """[3, 3] the two segments of a rib about the break, which is at the middle one of the points."""
    path = rib_path(body, side, number)
    middle = int(np.random.default_rng([seed, 1]).integers(2, 6))
    return path[middle - 1 : middle + 2]


def clavicle_stretch(side: Side, body: Body) -> Array:
    """[3, 3] the middle of a collar bone as the skeleton draws it."""
    return smooth(clavicle_path(body, side))[4:7]


def fragments(stretch: Array, gap: float, step: Array) -> tuple[Array, Array]:
    """[N, 3] twice: a bone in two, `gap` mm apart, the ends moved apart by `step` mm while the far ends stay."""
    path = curve(stretch)
    middle, cut = len(path) // 2, max(1, round(gap / 2))
    pieces = (path[: middle - cut], path[middle + cut :][::-1])
    lean = [np.linspace(0, 1, len(piece))[:, None] ** 1.5 * step / 2 for piece in pieces]
    return pieces[0] - lean[0], pieces[1] + lean[1]


def _bone(path: Array, kind: Bone) -> list[Strand]:
    """A tube with a lighter inside, as `skeleton.shell` is, cut square at its ends."""
    weight = BONE * kind.weight
    return [Strand(path, kind.radius, weight), Strand(path, kind.radius * 0.68, -0.55 * weight)]


def _rib(lesion: Lesion, body: Body, rng: np.random.Generator) -> Break:
    side = lesion.side or Side.RIGHT
    stretch = rib_stretch(BREAKABLE[lesion.location or ""], side, body, lesion.seed)
    moved = rng.choice([-1.0, 1.0]) * (3 + 6 * lesion.extent)
    step = np.array([rng.normal(0, 1), moved, rng.normal(0, 1)])
    return Break(RIB, stretch, rng.uniform(3, 5) + 4 * lesion.contrast, step)


def _collar_bone(lesion: Lesion, body: Body, rng: np.random.Generator) -> Break:
    """The inner fragment rides up, the outer one sinks with the weight of the arm and slides inwards."""
    side = lesion.side or Side.RIGHT
    step = np.array([-SIGN[side] * rng.uniform(0, 4), 6 + 9 * lesion.extent, rng.normal(0, 1.5)])
    return Break(COLLAR_BONE, clavicle_stretch(side, body), rng.uniform(2, 5), step)


def fracture(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """What the break adds and takes away; nothing on a lateral for a collar bone, which is not drawn there."""
    if lesion.location == CLAVICLE and scene.detector.lateral:
        return [np.zeros((scene.detector.size, scene.detector.size), np.float32)]
    at = (_collar_bone if lesion.location == CLAVICLE else _rib)(lesion, scene.body, rng)
    pieces = fragments(at.stretch, at.gap, at.step)
    now = trace(scene.detector, [strand for piece in pieces for strand in _bone(piece, at.kind)])
    if lesion.location != CLAVICLE and rng.random() < HEALING:
        callus = ellipsoid(at.stretch[1] + [0, 1, 0], rng.uniform(7, 10, 3), weight=0.3)
        now += np.float32(BONE) * scene.detector.thickness(callus)
    return [now - np.float32(BONE) * scene.detector.thickness(shell(at.stretch, at.kind.radius, at.kind.weight))]


def draw_fracture(rng: np.random.Generator) -> Lesion:
    """One broken rib, or a collar bone."""
    ribs = rng.random() >= COLLAR
    return Lesion(
        name="fracture",
        side=Side.RIGHT if rng.random() < 0.5 else Side.LEFT,
        extent=float(rng.uniform(0, 1)),
        contrast=float(rng.uniform(0.3, 1)),
        seed=int(rng.integers(2**31)),
        location=str(rng.choice(list(BREAKABLE), p=LIKELY)) if ribs else CLAVICLE,
    )


RENDER: dict[str, Callable[[Lesion, Scene, np.random.Generator], list[Map]]] = {"fracture": fracture}
