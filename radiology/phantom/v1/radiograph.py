"""From attenuation to a film: Beer-Lambert, scatter, noise, display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from radiology.phantom.geometry import Detector, Pose, Solids, ellipsoid, join
from radiology.phantom.v1.anatomy import Body
from radiology.phantom.v1.pathology import (
    AERATED,
    SIDES,
    TISSUE,
    Lesion,
    Map,
    Scene,
    collapse,
    lung_map,
    mask_of,
    render,
)

SNAP = 0.35
"""Attenuation of an electrode per mm."""


@dataclass(frozen=True)
class Exposure:
    """Photons per pixel (noise), scatter share, display window in percentiles, and gamma."""

    photons: float
    scatter: float
    low: float
    high: float
    gamma: float


def draw_pose(rng: np.random.Generator) -> Pose:
    shift = rng.normal(0, 14, 2)
    return Pose(
        turn=float(rng.normal(0, 0.06)),
        tilt=float(rng.normal(0, 0.045)),
        shift=(float(shift[0]), float(shift[1])),
        magnification=float(rng.uniform(0.86, 1.18)),
    )


def draw_exposure(rng: np.random.Generator) -> Exposure:
    return Exposure(
        photons=float(rng.uniform(800, 6000)),
        scatter=float(rng.uniform(0.02, 0.12)),
        low=float(rng.uniform(0.2, 6.0)),
        high=float(rng.uniform(94.0, 99.8)),
        gamma=float(rng.uniform(0.65, 1.5)),
    )


@dataclass(frozen=True)
class Film:
    """An 8-bit picture [size, size] and, for each lesion in order, the masks of its visible components."""

    image: NDArray[np.uint8]
    masks: tuple[tuple[NDArray[np.bool_], ...], ...]


def _scene(body: Body, lesions: tuple[Lesion, ...], detector: Detector) -> tuple[Scene, Map]:
    """The body without its lesions, and its attenuation."""
    heart_ratio = next((lesion.ratio for lesion in lesions if lesion.name == "cardiomegaly"), None)
    lungs = {side: lung_map(body, detector, side) for side in SIDES}
    filling = detector.thickness(body.filling) + detector.thickness(body.heart(heart_ratio))
    share = 0.5 if detector.lateral else 1.0  # in a lateral both lungs lie behind one another
    free = {side: np.maximum(lung - share * filling, 0) for side, lung in lungs.items()}
    beam = TISSUE * detector.thickness(body.soft) - AERATED * (free[SIDES[0]] + free[SIDES[1]])
    beam += 0.014 * detector.thickness(body.bones) - TISSUE * 0.9 * detector.thickness(body.air)
    for side in SIDES:
        branches = np.minimum(detector.thickness(body.vessels(side)), free[side])
        for lesion in lesions:
            if lesion.name == "pneumothorax" and lesion.side is side:
                branches = branches * (lung_map(body, detector, side, collapse(lesion)) > 0)
        beam += AERATED * branches
    return Scene(body, detector, lungs, free), beam.astype(np.float32)


def _snaps(body: Body, rng: np.random.Generator) -> Solids:
    """Electrodes and buttons on the skin: small bright discs that mean nothing. Half of the films have none."""
    count = int(rng.integers(1, 6)) if rng.random() < 0.5 else 0
    places = rng.uniform((-130, -120, -100), (130, 110, -90), (count, 3)) * [body.width, body.height, body.depth]
    radius = rng.uniform(2.5, 5)
    discs = [ellipsoid(place, (radius, radius, 3)) for place in places]
    return join([ellipsoid((0, 0, 0), (1, 1, 1), weight=0.0), *discs])


def expose(beam: Map, exposure: Exposure, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Attenuation [size, size] to an 8-bit film, bright where little gets through."""
    through = np.exp(-np.maximum(beam, 0))
    blur = beam.shape[0] / 400
    through = gaussian_filter(through, 0.6 * blur)
    through += exposure.scatter * gaussian_filter(through, 24 * blur, truncate=2.0)
    noise = rng.standard_normal(beam.shape, dtype=np.float32)
    through += np.sqrt(through / exposure.photons) * noise * np.float32(0.25)
    density = -np.log(np.maximum(through, 1e-4))
    low, high = np.percentile(density[::4, ::4], (exposure.low, exposure.high))
    shown = np.clip((density - low) / max(high - low, 1e-3), 0, 1) ** exposure.gamma
    film: NDArray[np.uint8] = (shown * 255 + 0.5).astype(np.uint8)
    return film


def take(
    body: Body, lesions: tuple[Lesion, ...], detector: Detector, exposure: Exposure, rng: np.random.Generator
) -> Film:
    """One film of a body with lesions."""
    scene, beam = _scene(body, lesions, detector)
    beam = beam + SNAP * detector.thickness(_snaps(body, rng))
    masks = []
    for lesion in lesions:
        parts = render(lesion, scene)
        if lesion.name != "cardiomegaly":  # the enlarged heart is already part of the scene
            beam = beam + sum(parts[1:], parts[0])
        shown = (mask_of(lesion, part) for part in parts)
        masks.append(tuple(mask for mask in shown if mask.any()))
    return Film(expose(beam, exposure, rng), tuple(masks))
