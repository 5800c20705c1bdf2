"""Who is imaged: build, sex, age and the variations that people are born with or breathe into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True)
class Habitus:
    """What stays the same between two visits of a patient. Lengths in mm of an adult, factors around 1.

    `scale` is the size of the whole person against an adult's, so a child is the same geometry on a smaller scale.
    `dome` is how low the right diaphragm lies (deep breath: large), `curve` the scoliosis (mm of the apex, signed).
    """

    sex: Literal["F", "M"]
    age: int
    scale: float
    width: float
    height: float
    depth: float
    fat: float
    breast: float
    heart_ratio: float
    heart_tilt: float
    knob: float
    uncoiling: float
    dome: float
    dome_step: float
    stomach: float
    rib_slope: float
    curve: float
    kyphosis: float
    arms: float
    minor_fissure: bool
    seed: int


def draw_habitus(rng: np.random.Generator) -> Habitus:
    """A random person of 2 to 94 years; one in ten is a child."""
    child = rng.random() < 0.1
    age = int(rng.integers(2, 16)) if child else int(np.clip(rng.normal(56, 19), 16, 94))
    female = bool(rng.random() < 0.5)
    build = float(np.clip(rng.normal(0, 1), -2, 2.4))
    old = max(0.0, (age - 55) / 40)
    scale = float(0.5 + 0.032 * age if child else rng.normal(0.96 if female else 1.03, 0.04))
    return Habitus(
        sex="F" if female else "M",
        age=age,
        scale=min(scale, 1.12),
        width=float(np.clip(rng.normal(1.0, 0.045) + (0.04 if child else 0), 0.88, 1.13)),
        height=float(np.clip(rng.normal(0.9 if child else 1.0, 0.05) - 0.02 * build, 0.82, 1.12)),
        depth=float(np.clip(rng.normal(1.0, 0.07) + 0.08 * old, 0.84, 1.25)),
        fat=float(np.clip(12 + 8 * build + rng.normal(0, 3), 3, 42)) * (0.6 if child else 1.0),
        breast=float(np.clip(rng.normal(0.95, 0.25) + 0.1 * build, 0.45, 1.6)) if female and age > 13 else 0.0,
        heart_ratio=float(rng.uniform(0.43, 0.5) if child else rng.uniform(0.385, 0.485)),
        heart_tilt=float(rng.normal(0.42 - 0.05 * build, 0.08)),
        knob=float(rng.uniform(0.7, 0.85) if child else rng.uniform(0.8, 1.15) + 0.2 * old),
        uncoiling=float(rng.uniform(0, 0.3) + old * rng.uniform(0.2, 0.9)),
        dome=float(np.clip(rng.normal(85 - 2 * build, 6), 75, 98)),
        dome_step=float(rng.uniform(4, 18)),
        stomach=float(rng.uniform(0, 1)),
        rib_slope=float(np.clip(rng.normal(26, 5), 14, 38)),
        curve=float(np.clip(rng.normal(0, 2.2), -5, 5)),
        kyphosis=float(np.clip(rng.normal(6 + 16 * old, 5), 0, 34)),
        arms=float(rng.uniform(0, 1)),
        minor_fissure=bool(rng.random() < 0.6),
        seed=int(rng.integers(2**31)),
    )
