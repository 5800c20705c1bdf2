"""Findings of the lungs: attenuation added where they take the place of air, lost where air takes theirs."""

from __future__ import annotations

import numpy as np

from radiology.phantom.geometry import Solids, chain, ellipsoid, join
from radiology.phantom.lesion import Lesion
from radiology.phantom.pathology.shapes import ball, drops, net, outward, scale_of, sides_of, spot, spots
from radiology.phantom.scene import AERATED, BONE, LUNG, PLANES, TISSUE, Scene
from radiology.phantom.spans import Map, hull
from radiology.phantom.vessels import vessels
from radiology.study import Side


def _add(scene: Scene, side: Side, solids: Solids, weight: float) -> Map:
    """Attenuation added where `solids` replace the air of one lung."""
    return np.asarray(AERATED * np.float32(weight) * scene.inside(side, solids), np.float32)


def _bronchogram(scene: Scene, side: Side, filled: Map) -> Map:
    """Bronchi stay full of air in a filled lung: dark branches."""
    tree = vessels(scene.body, side, 0.85)
    return np.asarray(np.minimum(scene.inside(side, tree), 0.5 * filled), np.float32)


def consolidation(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Alveoli filled within a lobe, sharp at a fissure, ragged elsewhere, with air bronchograms."""
    parts = []
    for side in sides_of(lesion):
        name = lesion.location if lesion.location in PLANES else "lower lobe"
        lobe, centre = scene.lobe(side, name), spot(lesion, side, scene.body, rng)
        spread, radius = 9 + 20 * lesion.extent, 15 + 22 * lesion.extent
        filled = np.zeros_like(scene.free[side])
        for share in (0.8, 1.0, 1.2):
            filled += (
                scene.within(side, hull(scene.detector, drops(centre, spread * share, radius * share, rng)) & lobe) / 3
            )
        filled = filled * np.float32(0.85)
        parts.append(AERATED * np.float32(lesion.contrast) * (filled - _bronchogram(scene, side, filled)))
    return parts


def opacity(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Patches without an edge, each a nest of soft ellipsoids."""
    parts = []
    for side in sides_of(lesion):
        patches = []
        for _ in range(3 + int(4 * lesion.extent)):
            centre = spot(lesion, side, scene.body, rng)
            size = rng.uniform(9, 15 + 12 * lesion.extent, 3)
            patches += [ellipsoid(centre, size * share, weight=0.3) for share in (0.55, 0.8, 1.0, 1.25)]
        parts.append(_add(scene, side, join(patches), 0.8 * lesion.contrast))
    return parts


def nodule(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """`count` balls, the largest of the stated diameter, the others of half to all of it."""
    assert lesion.side is not None
    assert lesion.size_mm is not None
    radius, parts = lesion.size_mm / 2 / scale_of(scene), []
    for number, place in enumerate(spots(lesion, lesion.side, scene.body, rng)):
        share = 1.0 if number == 0 else rng.uniform(0.55, 0.95)
        solids = ball(place, radius * share, rng)
        parts.append(_add(scene, lesion.side, solids, 1.2 + 1.2 * lesion.contrast))
    return parts


def granuloma(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Small and as dense as bone."""
    assert lesion.side is not None
    assert lesion.size_mm is not None
    radius, parts = lesion.size_mm / 2 / scale_of(scene), []
    for number, place in enumerate(spots(lesion, lesion.side, scene.body, rng)):
        solids = ball(place, radius * (1.0 if number == 0 else 0.8), rng)
        parts.append(np.float32(BONE * 2.2 * (0.6 + 0.4 * lesion.contrast)) * scene.inside(lesion.side, solids))
    return parts


def mass(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Lobulated, over 30 mm, with strands that run into the lung around it."""
    assert lesion.side is not None
    assert lesion.size_mm is not None
    radius = lesion.size_mm / 2 / scale_of(scene)
    centre = spot(lesion, lesion.side, scene.body, rng)
    away = rng.normal(0, 1, (9, 3))
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    lobules = [ellipsoid(centre + a * 0.55 * radius, radius * rng.uniform(0.36, 0.46, 3)) for a in away]
    body = join([ellipsoid(centre, radius * rng.uniform(0.8, 0.92, 3)), *lobules])
    strands = join([chain(np.stack([centre, centre + a * radius * 1.25]), 0.9) for a in away])
    filled = scene.within(lesion.side, hull(scene.detector, body)) + scene.inside(lesion.side, strands)
    return [AERATED * np.float32(0.5 + 0.6 * lesion.contrast) * filled]


def cavitation(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A thick, uneven wall around air, with a little fluid at the bottom of half of them."""
    assert lesion.side is not None
    centre, radius = spot(lesion, lesion.side, scene.body, rng), 15 + 18 * lesion.extent
    radii = radius * rng.uniform(0.9, 1.1, 3)
    hole = radii - rng.uniform(3.5, 7)
    outer = ellipsoid(centre, radii) + drops(centre, 0.16 * radius, 0.85 * radius, rng, 7)
    wall = scene.within(lesion.side, hull(scene.detector, outer)) - scene.inside(lesion.side, ellipsoid(centre, hole))
    lost = scene.inside(lesion.side, ellipsoid(centre, hole))
    gain = np.float32(0.9 + 0.9 * lesion.contrast)
    part = AERATED * gain * wall - np.float32(TISSUE * LUNG) * lost
    if rng.random() < 0.5:
        low = ellipsoid(centre + hole * [0, 0.72, 0], hole * [0.66, 0.26, 0.66])
        part += AERATED * gain * scene.inside(lesion.side, low)
    return [part]


def atelectasis(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Plates, one to three, or a whole lobe drawn in towards the hilum."""
    assert lesion.side is not None
    if lesion.location in PLANES:
        lobe = scene.lobe(lesion.side, lesion.location, 0.42 + 0.3 * lesion.extent)
        return [AERATED * np.float32(0.55 + 0.45 * lesion.contrast) * scene.within(lesion.side, lobe)]
    start, plates = spot(lesion, lesion.side, scene.body, rng), []
    for band in range(1 + int(lesion.extent * 2.99)):
        tilt = rng.normal(0.15, 0.15) * outward(lesion.side)
        radii = (24 + 14 * lesion.extent, rng.uniform(2.4, 4.0), 34)
        plates.append(ellipsoid(start + np.array([rng.normal(0, 6), band * 13.0, 0.0]), radii, tilt=tilt))
    return [_add(scene, lesion.side, join(plates), 1.0 * lesion.contrast)]


def edema(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """First Kerley lines, cuffs and wide vessels; above half the extent, alveoli filled around the hila."""
    parts, body = [], scene.body
    strength = 0.5 + 0.5 * lesion.contrast
    for side in sides_of(lesion):
        lines = [
            body.place(side, rng.uniform(0.84, 0.96), rng.uniform(10, 78), rng.uniform(-45, 45)) for _ in range(12)
        ]
        septa = join([ellipsoid(p, (8, 0.9, 8)) for p in lines])
        hazy = np.array([30 + 20 * lesion.extent, 60, 56])
        haze = join([ellipsoid(body.place(side, 0.4, 10, 6), hazy * s, weight=0.25) for s in (0.5, 0.75, 1.0, 1.25)])
        part = _add(scene, side, haze, (0.15 + 0.3 * lesion.extent) * strength) + _add(
            scene, side, septa, 1.6 * strength
        )
        part += _add(scene, side, vessels(body, side, 1.35), 0.5 * strength)
        if lesion.extent > 0.5:
            wings = join([drops(body.place(side, 0.38, y, 4), 12, 15, rng, 9) for y in (-22.0, 12.0, 36.0)])
            part += _add(scene, side, wings, 0.6 * lesion.extent * strength)
        parts.append(part)
    return parts


def emphysema(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """Less tissue in all of both lungs, and bullae with hair-thin walls."""
    parts = []
    for side in sides_of(lesion):
        part = np.float32(-TISSUE * LUNG * (0.3 + 0.3 * lesion.extent)) * scene.core[side]
        for _ in range(1 + int(4 * lesion.extent)):
            centre = scene.body.place(side, rng.uniform(0.5, 0.8), rng.uniform(-95, -20), rng.uniform(-25, 25))
            radii = rng.uniform(10, 22, 3)
            bulla = scene.inside(side, ellipsoid(centre, radii))
            part += np.float32(0.3) * AERATED * (bulla - scene.inside(side, ellipsoid(centre, radii - 1.0)))
            part -= np.float32(TISSUE * LUNG * 0.3) * bulla
        parts.append(part)
    return parts


def fibrosis(lesion: Lesion, scene: Scene, rng: np.random.Generator) -> list[Map]:
    """A net of strands at the edge of the bases, denser and higher with the extent."""
    parts = []
    for side in sides_of(lesion):
        count = 45 + int(75 * lesion.extent)
        top = 30 - 60 * lesion.extent
        places = [
            scene.body.place(side, rng.uniform(0.62, 0.98), rng.uniform(top, 82), rng.uniform(-55, 60))
            for _ in range(count)
        ]
        strands = net(np.array(places), 6.5, 1.15, rng)
        haze = join([ellipsoid(p, (16, 14, 16), weight=0.1) for p in places[:24]])
        strength = 0.8 + 0.8 * lesion.contrast
        parts.append(_add(scene, side, strands, strength) + _add(scene, side, haze, 0.6 * strength))
    return parts
