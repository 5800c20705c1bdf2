"""A body in millimetres: lungs, heart, great vessels, diaphragm, airways and the soft tissue around them.

Right and left are the patient's. Everything scales with the habitus; the shape follows textbook proportions of an
erect adult in inspiration: the right dome higher, the left hilum higher, two thirds of the heart left of the midline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from radiology.phantom.geometry import Array, Solids, chain, ellipsoid, join, oriented
from radiology.phantom.habitus import Habitus
from radiology.study import Side

SIGN = {Side.RIGHT: -1.0, Side.LEFT: 1.0}
SIDES = (Side.RIGHT, Side.LEFT)
CHEST = 132.0
"""Half the inner width of an average chest."""
LUNG = (((50, -82, 16), (40, 66, 50)), ((62, -26, 6), (64, 118, 76)), ((71, 42, 6), (61, 104, 84)))
"""Middle and radii of apex, body and base of a lung, x away from the midline; mm of an average adult."""


@dataclass(frozen=True)
class Body:
    """A habitus as it is today: findings that deform it change the other fields.

    ratio: cardiothoracic ratio; lift: mm by which each dome is raised; wide: factor of the upper mediastinum; hila:
    factor of each hilum; shift: mm that heart and mediastinum moved to the patient's left; inflation: 1 normal, more
    in emphysema; ap: the beam comes from the front.
    """

    who: Habitus
    ratio: float
    lift: dict[Side, float] = field(default_factory=lambda: dict.fromkeys(SIDES, 0.0))
    hila: dict[Side, float] = field(default_factory=lambda: dict.fromkeys(SIDES, 1.0))
    wide: float = 1.0
    shift: float = 0.0
    inflation: float = 1.0
    ap: bool = False

    @property
    def size(self) -> Array:
        """[3] factors of width, height and depth."""
        return np.array([self.who.width, self.who.height, self.who.depth])

    @cached_property
    def inner_width(self) -> float:
        """Greatest distance between the outer edges of the lungs."""
        return 2 * CHEST * self.who.width

    def middle(self, y: float) -> float:
        """X of the spine at height y in mm: a curve when there is scoliosis."""
        return float(self.who.curve * np.sin((y / self.who.height + 120) / 210 * np.pi))

    def back(self, y: float) -> float:
        """Z of the front of the spine at height y: the thoracic kyphosis."""
        return float(56 * self.who.depth + self.who.kyphosis * np.cos(y / self.who.height / 190 * np.pi) - 8)

    def lung(self, side: Side) -> Solids:
        """Apex, body and base of one lung; together they are the union of their ellipsoids."""
        sign = SIGN[side]
        parts = []
        for centre, radii in LUNG:
            place = np.array([sign * centre[0], centre[1], centre[2]]) * self.size
            place[0] += self.middle(place[1]) * 0.5
            parts.append(ellipsoid(place, np.array(radii) * self.size, tilt=-sign * 0.06))
        return join(parts)

    def wall(self, y: float) -> float:
        """Half the inner width of the chest at height y in mm."""
        level = y / self.who.height
        outer = [
            centre + radius * np.sqrt(max(0.0, 1 - ((level - top) / tall) ** 2))
            for (centre, top, _), (radius, tall, _) in LUNG
            if abs(level - top) < tall
        ]
        return float(max(outer, default=40.0) * self.who.width)

    def place(self, side: Side, across: float, y: float, z: float) -> Array:
        """A point in a lung: `across` 0 at the midline and 1 at the chest wall, y and z in mm of an average adult."""
        down = y * self.who.height
        return np.array([SIGN[side] * across * self.wall(down), down, z * self.who.depth])

    def dome(self, side: Side) -> float:
        """Y of the top of one half of the diaphragm."""
        step = self.who.dome_step if side is Side.LEFT else 0.0
        return (self.who.dome + step + 26 * (self.inflation - 1)) * self.who.height - self.lift[side]

    def dome_solids(self, side: Side) -> Solids:
        """One half of the diaphragm: high in front, deep behind; flat when the lungs are inflated."""
        top, w, d = self.dome(side), self.who.width, self.who.depth
        flat = 1 / self.inflation**1.5
        tall = 150 * flat
        centre = (SIGN[side] * 66 * w, top + tall, -14 * d)
        return ellipsoid(centre, (86 * w / flat**0.5, tall, 116 * d), tilt=SIGN[side] * 0.08)

    @property
    def half_heart(self) -> float:
        return self.ratio * self.inner_width / 2

    @cached_property
    def heart(self) -> Solids:
        """Left ventricle with apex, right atrium and left atrium; its full width is the ratio times the chest's."""
        half, h, d = self.half_heart, self.who.height, self.who.depth
        tall = 50 * h * (half / 58) ** 0.5
        base = (self.dome(Side.LEFT) + self.dome(Side.RIGHT)) / 2 - 6 - 0.52 * tall
        middle = 0.3 * half + self.shift + self.middle(40)
        tilt = self.who.heart_tilt
        reach = np.hypot(0.98 * half * np.cos(tilt), 0.8 * tall * np.sin(tilt))
        left = ellipsoid(
            (middle + half - reach, base + 6, -20 * d),
            (0.98 * half, 0.8 * tall, 42 * d * (half / 58) ** 0.4),
            tilt=tilt,
        )
        right = ellipsoid((middle - half + 0.56 * half, base - 4, -12 * d), (0.56 * half, 0.82 * tall, 36 * d))
        upper = ellipsoid((middle - 0.05 * half, base - 0.55 * tall, 2 * d), (0.5 * half, 0.5 * tall, 30 * d))
        return join([left, right, upper])

    @cached_property
    def great_vessels(self) -> Solids:
        """Superior vena cava, ascending aorta and arch, pulmonary trunk: the upper mediastinum."""
        w, h, d = self.size
        x, knob = self.shift * 0.7 + self.middle(-70), self.who.knob
        wide = self.wide
        out = 8 * self.who.uncoiling
        return join(
            [
                ellipsoid((x - 17 * w * wide, -62 * h, -6 * d), (11 * w * wide, 52 * h, 16 * d)),
                ellipsoid((x - 12 - out, -34 * h, -14 * d), (15 * w * wide, 40 * h, 20 * d)),
                ellipsoid((x + 17 * w * wide**0.5 + out, -70 * h, 14 * d), (19 * knob * wide, 19 * knob, 28 * knob)),
                ellipsoid((x + 18 * w, -34 * h, -4 * d), (16 * w * wide**0.5, 24 * h, 20 * d), tilt=-0.25),
                ellipsoid((x, -120 * h, 2 * d), (22 * w * wide, 70 * h, 30 * d)),
            ]
        )

    @cached_property
    def descending_aorta(self) -> Solids:
        """From the arch to the diaphragm along the left of the spine, further out with age."""
        y = np.linspace(-66, 120, 7) * self.who.height
        bow = np.sin(np.linspace(0, np.pi, 7)) * 14 * self.who.uncoiling
        x = np.array([self.middle(v) for v in y]) + 13 + bow + 0.4 * self.shift
        z = np.array([self.back(v) for v in y]) - 10
        return chain(np.stack([x, y, z], 1), 11.5 * self.who.knob)

    def hilum(self, side: Side) -> Array:
        """The middle of one hilum; the left is the higher."""
        y = 4 if side is Side.RIGHT else -7
        return np.array([SIGN[side] * 33 * self.who.width + 0.7 * self.shift, y * self.who.height, 12 * self.who.depth])

    def hilum_solids(self, side: Side) -> Solids:
        """The arteries and veins of a hilum as lumps."""
        at, size, sign = self.hilum(side), self.hila[side], SIGN[side]
        return join(
            [
                ellipsoid(at, np.array([9, 13, 12]) * size, tilt=sign * -0.3),
                ellipsoid(at + np.array([sign * 6, 15, 4]), np.array([6.5, 15, 8]) * size, tilt=sign * -0.35),
                ellipsoid(at + np.array([sign * 4, -13, 0]), np.array([6, 12, 8]) * size, tilt=sign * 0.5),
            ]
        )

    @cached_property
    def carina(self) -> Array:
        return np.array([self.shift * 0.7 + self.middle(-48) - 3, -50 * self.who.height, 16 * self.who.depth])

    @cached_property
    def trachea(self) -> Array:
        """[4, 3] the path of the trachea from neck to carina."""
        h, d = self.who.height, self.who.depth
        return np.array([[0, -215 * h, -10 * d], [1, -160 * h, 0], [0.4 * self.shift, -105 * h, 10 * d], self.carina])

    def bronchus(self, side: Side) -> Array:
        """[3, 3] the path of a main bronchus; the right is steeper and shorter."""
        steps = [[0, 0, 0], [-15, 20, 3], [-27, 44, 5]] if side is Side.RIGHT else [[0, 0, 0], [21, 19, 3], [40, 33, 5]]
        return np.asarray(self.carina + np.array(steps) * self.size)

    @cached_property
    def air(self) -> Solids:
        """Trachea, bronchi, the stomach's bubble and some gas of the colon."""
        w, h, d = self.size
        rng = np.random.default_rng([self.who.seed, 5])
        top = self.dome(Side.LEFT)
        bubble = ellipsoid((62 * w, top + 22 * h, -18 * d), (27 * w, 14 * h, 24 * d), weight=self.who.stomach)
        loops = [
            ellipsoid((rng.uniform(20, 105) * w, top + rng.uniform(32, 70), -30), rng.uniform(8, 16, 3), weight=0.7)
            for _ in range(int(rng.integers(0, 5)))
        ]
        tubes = [chain(self.trachea, 8.2), chain(self.bronchus(Side.RIGHT), 6.0), chain(self.bronchus(Side.LEFT), 5.5)]
        return join([*tubes, bubble, *loops])

    def trunk(self, lateral: bool) -> Solids:
        """Muscle and organs inside the fat: chest, belly, neck, shoulders; arms hang unless a lateral raises them."""
        w, h, d = self.size
        parts = [
            ellipsoid((0, 30 * h, 0), (150 * w, 215 * h, 100 * d)),
            ellipsoid((0, 190 * h, 0), (146 * w, 170 * h, 100 * d)),
            ellipsoid((0, -195 * h, 4 * d), (47 * w, 96 * h, 46 * d)),
        ]
        if not lateral:
            for sign in (-1.0, 1.0):
                parts.append(ellipsoid((sign * 98 * w, -112 * h, 10), (84 * w, 46 * h, 48 * d), tilt=sign * 0.42))
                arm = (sign * (182 - 10 * self.who.arms) * w, -40 * h, 8)
                parts.append(ellipsoid(arm, (34 * w, 120 * h, 40), tilt=sign * -0.12))
        return join(parts)

    def skin(self, lateral: bool) -> Solids:
        """The same outline with the fat around it."""
        inner = self.trunk(lateral)
        return Solids(inner.centres, inner.matrices / (1 + self.who.fat / 120) ** 2, inner.weights)

    @cached_property
    def breasts(self) -> tuple[Solids, ...]:
        """The right and the left one, lower with age."""
        w, h, d = self.size
        size = max(self.who.breast, 0.01)
        low = (58 + 16 * (size - 0.9) + 0.25 * max(0, self.who.age - 40)) * h
        tilt = np.array([[1, 0, 0], [0, 0.94, -0.34], [0, 0.34, 0.94]])
        radii = np.array([54, 46, 36]) * size
        return tuple(oriented((s * 68 * w, low, -76 * d), radii, tilt) for s in (-1.0, 1.0))
