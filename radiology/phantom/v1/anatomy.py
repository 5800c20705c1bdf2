"""A body: lungs, heart, diaphragm, bones and vessels as ellipsoids, drawn from one random generator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radiology.phantom.geometry import Array, Solids, chain, ellipsoid, join
from radiology.study import Side

SIGN = {Side.RIGHT: -1.0, Side.LEFT: 1.0}


@dataclass(frozen=True)
class Body:
    """What stays the same between two visits of a patient. Lengths in mm, factors around 1."""

    width: float
    height: float
    depth: float
    heart_width: float
    heart_tilt: float
    breast: float
    knob: float
    stomach: float
    dome_right: float
    dome_left: float
    rib_slope: float
    vessel_seed: int

    @cached_property
    def inner_width(self) -> float:
        """Greatest distance between the outer edges of the lungs: the thoracic diameter of the ratio."""
        return 2 * 131.0 * self.width

    def lung(self, side: Side, scale: float = 1.0) -> tuple[Solids, Solids]:
        """An apical and a basal ellipsoid; the lung is the larger of their thicknesses.

        `scale` below 1 is a lung collapsed towards its hilum.
        """
        sign, w, h, d = SIGN[side], self.width, self.height, self.depth
        hilum = np.array([sign * 30 * w, 10 * h, 10 * d])
        parts = []
        for centre, radii in (((68, -28, 4), (54, 108, 72)), ((74, 32, 4), (57, 96, 84))):
            place = np.array([sign * centre[0] * w, centre[1] * h, centre[2] * d])
            size = np.array([radii[0] * w, radii[1] * h, radii[2] * d])
            parts.append(ellipsoid(hilum + (place - hilum) * scale, size * scale))
        return parts[0], parts[1]

    def place(self, side: Side, across: float, y: float, z: float) -> Array:
        """A point in a lung: `across` 0 at the midline and 1 at the chest wall, y and z in mm before scaling."""
        reach = 131.0 * np.sqrt(max(0.1, 1 - ((y - 20) / 150.0) ** 2))
        return np.array([SIGN[side] * across * reach * self.width, y * self.height, z * self.depth])

    def heart(self, ratio: float | None = None) -> Solids:
        """The heart; `ratio` sets its width to that share of the thoracic diameter."""
        half = self.inner_width * ratio / 2 if ratio else self.heart_width
        tall = 52.0 * self.height * (half / 58.0) ** 0.6
        centre = (0.34 * half, 52 * self.height - 0.25 * (half - 58.0), -18 * self.depth)
        return ellipsoid(centre, (half, tall, 46.0 * self.depth), tilt=self.heart_tilt)

    @cached_property
    def normal_ratio(self) -> float:
        return 2 * self.heart_width / self.inner_width

    @cached_property
    def soft(self) -> Solids:
        """Trunk, shoulders, neck, breasts: water-like tissue around the lungs."""
        w, h, d = self.width, self.height, self.depth
        parts = [
            ellipsoid((0, 60 * h, 0), (166 * w, 250 * h, 108 * d)),
            ellipsoid((0, -190 * h, 0), (50 * w, 95 * h, 46 * d), weight=0.75),
        ]
        for sign in (-1.0, 1.0):
            parts.append(
                ellipsoid((sign * 128 * w, -118 * h, 5), (96 * w, 66 * h, 52 * d), tilt=sign * 0.5, weight=0.7)
            )
            if self.breast:
                radii = (50 * w * self.breast, 46 * h * self.breast, 22)
                parts.append(ellipsoid((sign * 72 * w, 72 * h, -98 * d), radii, weight=0.45))
        return join(parts)

    @cached_property
    def filling(self) -> Solids:
        """What takes room from the lungs besides the heart: diaphragm, mediastinum, aortic knob, hila."""
        w, h, d = self.width, self.height, self.depth
        return join(
            [
                ellipsoid((-72 * w, self.dome_right * h + 75, 0), (82 * w, 75, 110 * d)),
                ellipsoid((74 * w, self.dome_left * h + 75, 0), (80 * w, 75, 110 * d)),
                ellipsoid((2, -40 * h, 12), (24 * w, 130 * h, 40 * d)),
                ellipsoid((26 * w, -58 * h, 18), (17 * self.knob, 19 * self.knob, 18)),
                ellipsoid((-38 * w, 2 * h, 12), (11, 20, 14), tilt=0.3, weight=0.8),
                ellipsoid((40 * w, -6 * h, 12), (11, 18, 14), tilt=-0.3, weight=0.8),
            ]
        )

    @cached_property
    def air(self) -> Solids:
        """Trachea, main bronchi and gastric bubble."""
        h, d = self.height, self.depth
        carina = np.array([-2.0, -48 * h, 14 * d])
        trachea = np.array([[0.0, -210 * h, -8 * d], [1.0, -150 * h, 2 * d], [0.0, -95 * h, 10 * d], carina])
        right = carina + np.array([[0, 0, 0], [-18, 22, 3], [-32, 44, 5]])
        left = carina + np.array([[0, 0, 0], [22, 20, 3], [42, 38, 5]])
        bubble = ellipsoid((70 * self.width, (self.dome_left + 24) * h, -15), (24, 13, 22), weight=self.stomach)
        return chain(trachea, 8.0) + chain(right, 5.5) + chain(left, 5.0) + bubble

    @cached_property
    def bones(self) -> Solids:
        return join([self._spine, self._clavicles, self._sternum, *self._ribs])

    @property
    def _spine(self) -> Solids:
        levels = np.arange(-190, 200, 23) * self.height
        bodies = [ellipsoid((0, y, 62 * self.depth), (17, 10.5, 15), weight=0.36) for y in levels]
        return join([*bodies, *[ellipsoid((0, y + 8, 88 * self.depth), (6, 9, 12), weight=0.25) for y in levels]])

    @property
    def _clavicles(self) -> Solids:
        w, h, d = self.width, self.height, self.depth
        return join(
            [
                chain(
                    np.array(
                        [[s * 14, -104 * h, -70 * d], [s * 60 * w, -118 * h, -68 * d], [s * 140 * w, -138 * h, -30]]
                    ),
                    5.0,
                    0.7,
                )
                for s in (-1.0, 1.0)
            ]
        )

    @property
    def _sternum(self) -> Solids:
        return ellipsoid((0, 0, -96 * self.depth), (15, 82 * self.height, 6), weight=0.5)

    @property
    def _ribs(self) -> list[Solids]:
        ribs = []
        for level in range(10):
            y = (-118 + 24.5 * level) * self.height
            wide = 140 * self.width * np.sqrt(max(0.12, 1 - ((y / self.height - 40) / 215) ** 2))
            angle = np.radians(np.linspace(10, 142, 11))
            drop = self.rib_slope * self.height * (angle - angle[0])
            for sign in (-1.0, 1.0):
                points = np.stack([sign * wide * np.sin(angle), y + drop, 96 * self.depth * np.cos(angle)], axis=1)
                ribs.append(chain(points, 4.4, 0.62))
        return ribs

    def vessels(self, side: Side, thickness: float = 1.0) -> Solids:
        """Branches fanning out from one hilum, thinner towards the edge; `thickness` above 1 is congestion."""
        rng = np.random.default_rng([self.vessel_seed, int(side is Side.LEFT)])
        sign, parts = SIGN[side], []
        hilum = np.array([sign * 36 * self.width, -2 * self.height, 12 * self.depth])
        for angle in np.linspace(-1.35, 1.35, 11) + rng.normal(0, 0.1, 11):
            reach = rng.uniform(55, 85) * self.width
            t = np.linspace(0, 1, 6)[:, None]
            bend = rng.normal(0, 9, 3)
            tip = np.array([sign * np.cos(angle) * reach * 0.95, np.sin(angle) * reach * 1.15, rng.normal(0, 28)])
            points = hilum + t * tip + np.sin(np.pi * t) * bend
            parts.append(chain(points, np.linspace(3.4, 1.1, 5) * thickness))
            fork = points[3] + np.linspace(0, 1, 4)[:, None] * (tip * 0.35 + rng.normal(0, 9, 3))
            parts.append(chain(fork, np.linspace(1.6, 0.8, 3) * thickness))
        return join(parts)


def draw_body(rng: np.random.Generator) -> Body:
    """A random adult."""
    width, height = rng.normal(1.0, 0.06), rng.normal(1.0, 0.06)
    width, height = float(np.clip(width, 0.85, 1.15)), float(np.clip(height, 0.85, 1.13))
    female = rng.random() < 0.5
    dome = rng.normal(84, 7)
    return Body(
        width=width,
        height=height,
        depth=float(np.clip(rng.normal(1.0, 0.09), 0.8, 1.25)),
        heart_width=float(131.0 * width * rng.uniform(0.39, 0.485)),
        heart_tilt=float(rng.normal(0.35, 0.1)),
        breast=float(rng.uniform(0.7, 1.25)) if female else 0.0,
        knob=float(rng.uniform(0.8, 1.3)),
        stomach=float(rng.uniform(0.0, 1.0)),
        dome_right=float(dome),
        dome_left=float(dome + rng.uniform(4, 16)),
        rib_slope=float(rng.uniform(16, 34)),
        vessel_seed=int(rng.integers(2**31)),
    )
