"""The same film as another room and another technician would have taken it. Never mirrored: sides must hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Film = NDArray[np.uint8]


def vary(film: Film, rng: np.random.Generator, moved: bool) -> Film:
    """`film` [S, S] with another exposure and, where `moved`, in another place, size and angle."""
    return _exposed(_moved(film, rng) if moved else film, rng)


def _moved(film: Film, rng: np.random.Generator) -> Film:
    size = film.shape[0]
    angle, scale, (dx, dy) = rng.uniform(-0.15, 0.15), rng.uniform(0.85, 1.15), rng.uniform(-0.08, 0.08, 2) * size
    cos, sin, middle = np.cos(angle) * scale, np.sin(angle) * scale, size / 2
    where = (cos, -sin, middle * (1 - cos + sin) + dx, sin, cos, middle * (1 - sin - cos) + dy)
    image = Image.fromarray(film)
    return np.asarray(image.transform(image.size, Image.Transform.AFFINE, where, Image.Resampling.BILINEAR))


def _exposed(film: Film, rng: np.random.Generator) -> Film:
    gamma, gain, lift = np.exp(rng.uniform(-0.35, 0.35)), rng.uniform(0.85, 1.15), rng.uniform(-0.1, 0.1)
    curve = ((np.linspace(0, 1, 256) ** gamma * 2 - 1) * gain + lift).clip(-1, 1)
    levels: Film = np.rint((curve + 1) * 127.5).astype(np.uint8)
    return levels[film]
