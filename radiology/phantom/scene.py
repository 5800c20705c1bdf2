"""One view of a body: what of each lung is left to the air, and the attenuation of all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

from radiology.phantom.geometry import Detector, Solids, facing, join, oriented
from radiology.phantom.skeleton import bones
from radiology.phantom.spans import Map, Span, behind, hull, overlap
from radiology.phantom.thorax import SIDES, SIGN, Body
from radiology.phantom.vessels import vessels
from radiology.study import Side

TISSUE = 0.0165
"""Attenuation of soft tissue per mm; fat has `FAT` of it, aerated lung `LUNG`, bone `BONE` more than tissue."""
FAT, LUNG, BONE = 0.86, 0.24, 0.021
AERATED = np.float32(TISSUE * (1 - LUNG))

OBLIQUE = (0.0, 0.62, 0.78)
_ABOVE_OBLIQUE = ((68.0, 22.0, -2.0), OBLIQUE)
_BELOW_OBLIQUE = ((68.0, 22.0, -2.0), (0.0, -0.62, -0.78))
_ABOVE_MINOR, _BELOW_MINOR = ((82.0, -6.0, -32.0), (0.05, 1.0, 0.04)), ((82.0, -6.0, -32.0), (-0.05, -1.0, -0.04))
PLANES = {
    "upper lobe": (_ABOVE_OBLIQUE, _ABOVE_MINOR),
    "middle lobe": (_ABOVE_OBLIQUE, _BELOW_MINOR),
    "lingula": (_ABOVE_OBLIQUE, _BELOW_MINOR),
    "lower lobe": (_BELOW_OBLIQUE,),
}
"""Lobe -> the planes that bound it, as (point, outward normal), x away from the midline; mm of an adult."""


@dataclass(frozen=True)
class Scene:
    """`kept` [side] is the solids of a collapsed lung; outside of them the chest holds free air."""

    body: Body
    detector: Detector
    kept: dict[Side, Solids]
    congestion: float = 1.0

    @cached_property
    def lungs(self) -> dict[Side, Span]:
        """Where the beam enters and leaves each lung's half of the chest."""
        return {side: hull(self.detector, self.body.lung(side)) for side in SIDES}

    @cached_property
    def filling(self) -> tuple[Span, ...]:
        """Organs that take room from the lungs, as stretches of the beam."""
        body, detector = self.body, self.detector
        organs = [body.dome_solids(Side.RIGHT), body.dome_solids(Side.LEFT), body.heart, body.great_vessels]
        return tuple(hull(detector, organ) for organ in organs)

    @cached_property
    def free(self) -> dict[Side, Map]:
        """[S, S] mm of each half of the chest that heart, vessels and diaphragm leave to the lung."""
        return {side: self._free(side) for side in SIDES}

    def _free(self, side: Side) -> Map:
        lung, body = self.lungs[side], self.body
        left = lung.length
        for organ in self.filling:
            left -= (lung & organ).length
        left -= overlap(self.detector, body.descending_aorta + body.hilum_solids(side), lung)
        return np.asarray(np.maximum(left, 0), np.float32)

    @cached_property
    def core(self) -> dict[Side, Map]:
        """[S, S] mm of aerated lung: `free`, less where a lung has collapsed."""
        return {side: self._core(side) for side in SIDES}

    def _core(self, side: Side) -> Map:
        if side not in self.kept:
            return self.free[side]
        return np.minimum(hull(self.detector, self.kept[side]).length, self.free[side])

    def inside(self, side: Side, solids: Solids) -> Map:
        """[S, S] mm of `solids` within one lung, at most what is free there."""
        return np.minimum(overlap(self.detector, solids, self.lungs[side]), self.core[side])

    def lobe(self, side: Side, name: str, collapse: float = 0.0) -> Span:
        """The beam's way through one lobe, its fissures drawn in by `collapse` of the lobe's width."""
        span, body = self.lungs[side], self.body
        for point, normal in PLANES[name]:
            outward = np.array([SIGN[side], 1.0, 1.0])
            at = (np.array(point) - collapse * 70 * np.array(normal)) * outward * body.size
            span = span & behind(self.detector, at, np.array(normal) * outward)
        return span

    def within(self, side: Side, span: Span) -> Map:
        """[S, S] mm of `span` in one lung, at most what is free there."""
        return np.minimum((span & self.lungs[side]).length, self.core[side])

    @cached_property
    def beam(self) -> Map:
        """[S, S] attenuation of the body before its additive lesions."""
        body, detector = self.body, self.detector
        trunk = hull(detector, body.trunk(detector.lateral)).length
        skin = hull(detector, body.skin(detector.lateral))
        fat = np.maximum(skin.length - trunk, 0) + self._breasts(skin)
        beam = np.float32(TISSUE) * (trunk + np.float32(FAT) * fat)
        beam += np.float32(BONE) * overlap(detector, bones(body, detector.lateral))
        beam -= np.float32(TISSUE * 0.9) * overlap(detector, body.air)
        for side in SIDES:
            beam -= AERATED * self.free[side]
            beam += AERATED * np.float32(1.5) * self.inside(side, vessels(body, side, self.congestion))
            beam += AERATED * self.grain * self.core[side]
            beam += AERATED * np.float32(0.3) * self.inside(side, fissures(body, side))
        return np.asarray(beam, np.float32)

    def _breasts(self, skin: Span) -> Map:
        """[S, S] mm of breasts before the skin, each by itself: between them there is air."""
        if not self.body.who.breast:
            return np.zeros_like(skin.near)
        outside = (hull(self.detector, breast) for breast in self.body.breasts)
        return np.asarray(sum(breast.length - (breast & skin).length for breast in outside), np.float32)

    @cached_property
    def grain(self) -> Map:
        """[S, S] the fine net of lung too small to draw: noise of two widths, a share of the lung's thickness."""
        rng = np.random.default_rng([self.body.who.seed, 11 + self.detector.lateral])
        coarse, size = 160, self.detector.size
        noise = rng.standard_normal((coarse, coarse), dtype=np.float32)
        net = gaussian_filter(noise, 0.8) * 2.2 + gaussian_filter(noise, 2.2) * 4.0
        return np.asarray(np.float32(0.016) * zoom(net, size / coarse, order=1)[:size, :size], np.float32)


def fissures(body: Body, side: Side) -> Solids:
    """The oblique fissure of a lung and, on the right of most people, the horizontal one."""
    w, h, d = body.size
    sign = SIGN[side]
    parts = [oriented((sign * 68 * w, 22 * h, -2 * d), (112 * h, 60 * w, 0.55), facing(OBLIQUE))]
    if side is Side.RIGHT and body.who.minor_fissure:
        parts.append(oriented((-82 * w, -6 * h, -32 * d), (40 * w, 34 * d, 0.6), facing((-0.05, 1, 0.04))))
    return join(parts)
