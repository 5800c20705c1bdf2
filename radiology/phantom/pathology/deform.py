"""Findings that are another shape of the body: how each changes it, and which attenuation is its own.

A scene is built from the body after all of these; nothing is added afterwards. The attenuation of an enlarged heart is
the whole heart's, that of every other is what the body has here and would not have without the finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.ndimage import binary_dilation

from radiology.phantom.geometry import FIELD_MM
from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology.lungs import consolidation
from radiology.phantom.pathology.shapes import outward, sides_of
from radiology.phantom.scene import AERATED, BONE, TISSUE, Scene
from radiology.phantom.skeleton import spine
from radiology.phantom.spans import Map, hull, overlap
from radiology.phantom.thorax import SIDES, Body
from radiology.study import Side


def _heart(lesion: Lesion, body: Body) -> Body:
    return replace(body, ratio=0.52 + 0.14 * lesion.extent)


def _lifted(lesion: Lesion, body: Body) -> Body:
    assert lesion.side is not None
    return replace(body, lift=body.lift | {lesion.side: body.lift[lesion.side] + 22 + 40 * lesion.extent})


def _widened(lesion: Lesion, body: Body) -> Body:
    return replace(body, wide=1.4 + 0.8 * lesion.extent)


def _hila(lesion: Lesion, body: Body) -> Body:
    return replace(body, hila=body.hila | dict.fromkeys(sides_of(lesion), 1.45 + 0.75 * lesion.extent))


def _shifted(lesion: Lesion, body: Body) -> Body:
    assert lesion.side is not None
    return replace(body, shift=body.shift + outward(lesion.side) * (16 + 24 * lesion.extent))


def _inflated(lesion: Lesion, body: Body) -> Body:
    return replace(body, inflation=1.25 + 0.45 * lesion.extent)


def _shallow(lesion: Lesion, body: Body) -> Body:
    return replace(body, lift={side: lift + 24 + 22 * lesion.extent for side, lift in body.lift.items()})


def _curved(lesion: Lesion, body: Body) -> Body:
    sign = 1 if lesion.seed % 2 else -1
    return replace(body, who=replace(body.who, curve=sign * (11 + 16 * lesion.extent)))


def _lost_volume(lesion: Lesion, body: Body) -> Body:
    """The diaphragm of that side comes up."""
    assert lesion.side is not None
    return replace(body, lift=body.lift | {lesion.side: body.lift[lesion.side] + 14 + 10 * lesion.extent})


DEFORM: dict[str, Callable[[Lesion, Body], Body]] = {
    "cardiomegaly": _heart,
    "elevated_hemidiaphragm": _lifted,
    "enlarged_mediastinum": _widened,
    "hilar_enlargement": _hila,
    "mediastinal_shift": _shifted,
    "emphysema": _inflated,
    "hyperinflation": _inflated,
    "low_lung_volumes": _shallow,
    "scoliosis": _curved,
    "volume_loss": _lost_volume,
}
"""Finding -> the body with it."""


def _in_lungs(scene: Scene, organ: Callable[[Body], Map], plain: Body) -> Map:
    """What an organ takes from the lungs now, less what it would take in the body `plain`."""
    return np.asarray(np.maximum(organ(scene.body) - organ(plain), 0), np.float32)


def _own_heart(lesion: Lesion, scene: Scene) -> list[Map]:
    return [np.float32(TISSUE * 0.25) * hull(scene.detector, scene.body.heart).length]


def _own_dome(lesion: Lesion, scene: Scene) -> list[Map]:
    plain = replace(scene.body, lift=dict.fromkeys(SIDES, 0.0), inflation=1.0)

    def risen(side: Side) -> Map:
        def taken(body: Body) -> Map:
            return (scene.lungs[side] & hull(scene.detector, body.dome_solids(side))).length

        return AERATED * _in_lungs(scene, taken, plain)

    return [risen(side) for side in sides_of(lesion)]


def _own_mediastinum(lesion: Lesion, scene: Scene) -> list[Map]:
    def taken(body: Body) -> Map:
        span = hull(scene.detector, body.great_vessels)
        return np.asarray(sum((scene.lungs[side] & span).length for side in SIDES), np.float32)

    return [AERATED * _in_lungs(scene, taken, replace(scene.body, wide=1.0))]


def _own_hila(lesion: Lesion, scene: Scene) -> list[Map]:
    plain = replace(scene.body, hila=dict.fromkeys(SIDES, 1.0))

    def grown(side: Side) -> Map:
        def taken(body: Body) -> Map:
            return (scene.lungs[side] & hull(scene.detector, body.hilum_solids(side))).length

        return AERATED * _in_lungs(scene, taken, plain)

    return [grown(side) for side in sides_of(lesion)]


def _own_shift(lesion: Lesion, scene: Scene) -> list[Map]:
    def taken(body: Body) -> Map:
        return hull(scene.detector, body.heart + body.great_vessels).length

    return [np.float32(TISSUE * 0.5) * _in_lungs(scene, taken, replace(scene.body, shift=0.0))]


def _own_spine(lesion: Lesion, scene: Scene) -> list[Map]:
    return [np.float32(BONE) * overlap(scene.detector, spine(scene.body))]


def _own_border(lesion: Lesion, scene: Scene) -> list[Map]:
    """Where a consolidation lies against the organ whose border it takes away."""
    assert lesion.side is not None
    cause = replace(lesion, name="consolidation")
    filled = consolidation(cause, scene, np.random.default_rng(lesion.seed))[0]
    organ = scene.body.dome_solids(lesion.side) if lesion.location == "lower lobe" else scene.body.heart
    shape = hull(scene.detector, organ).length > 0
    width = max(1, round(12 * scene.detector.size / FIELD_MM))
    return [np.asarray(filled * (binary_dilation(shape, iterations=width) & ~shape), np.float32)]


def _own_lungs(lesion: Lesion, scene: Scene) -> list[Map]:
    return [np.float32(TISSUE * 0.1) * scene.core[side] for side in SIDES]


OWN: dict[str, Callable[[Lesion, Scene], list[Map]]] = {
    "cardiomegaly": _own_heart,
    "elevated_hemidiaphragm": _own_dome,
    "volume_loss": _own_dome,
    "low_lung_volumes": _own_dome,
    "enlarged_mediastinum": _own_mediastinum,
    "hilar_enlargement": _own_hila,
    "mediastinal_shift": _own_shift,
    "scoliosis": _own_spine,
    "hyperinflation": _own_lungs,
    "silhouette_sign": _own_border,
}
"""Finding -> the attenuation [S, S] of its components. Emphysema also adds to the scene and has its own rendering."""
