"""Changes of one film: [H, W] uint8 -> [H, W] uint8. Lengths are fractions of its longer side.

`rng` decides signs, directions and places; the noise of a stronger change is that of a weaker one, scaled.
"""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

Film = NDArray[np.uint8]
Random = np.random.Generator


def noisy(film: Film, spread: float, rng: Random) -> Film:
    """Gaussian noise of standard deviation `spread` in grey levels."""
    return _grey(film + rng.normal(0, 1, film.shape) * spread)


def blurred(film: Film, sigma: float, rng: Random) -> Film:
    """A Gaussian blur."""
    return _grey(gaussian_filter(film.astype(np.float32), sigma * max(film.shape)))


def flattened(film: Film, factor: float, rng: Random) -> Film:
    """Contrast about the mean grey level times `factor`."""
    mean = film.mean()
    return _grey(mean + (film - mean) * factor)


def exposed(film: Film, exponent: float, rng: Random) -> Film:
    """Gamma `exponent` or its inverse: a darker or a brighter film."""
    power = exponent if rng.random() < 0.5 else 1 / exponent
    return _grey(255 * (film / 255) ** power)


def compressed(film: Film, quality: float, rng: Random) -> Film:
    """Through JPEG at `quality` (1 to 95)."""
    file = io.BytesIO()
    Image.fromarray(film).save(file, "JPEG", quality=int(quality))
    return np.array(Image.open(file).convert("L"))


def coarsened(film: Film, factor: float, rng: Random) -> Film:
    """Averaged down to 1/`factor` of its size and scaled up again."""
    height, width = film.shape
    small = (max(1, round(width / factor)), max(1, round(height / factor)))
    down = Image.fromarray(film).resize(small, Image.Resampling.BOX)
    return np.array(down.resize((width, height), Image.Resampling.BILINEAR))


def rotated(film: Film, degrees: float, rng: Random) -> Film:
    """Turned about its centre, either way; the corners that open are black."""
    turn = degrees if rng.random() < 0.5 else -degrees
    return np.array(Image.fromarray(film).rotate(turn, Image.Resampling.BILINEAR))


def displaced(film: Film, distance: float, rng: Random) -> Film:
    """Moved in any direction; what leaves the film is lost, what opens is black."""
    angle, length = rng.uniform(0, 2 * math.pi), distance * max(film.shape)
    return moved(film, round(length * math.cos(angle)), round(length * math.sin(angle)))


def moved(film: Film, right: int, down: int) -> Film:
    """Moved by whole pixels."""
    height, width = film.shape
    out = np.zeros_like(film)
    if abs(right) < width and abs(down) < height:
        into = np.s_[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
        out_of = np.s_[max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
        out[into] = film[out_of]
    return out


def stamped(film: Film, thickness: float, rng: Random) -> Film:
    """A black bar across the film at any height, with a bright burnt-in text in it."""
    height, width = film.shape
    bar = max(1, round(thickness * max(film.shape)))
    top = round(rng.random() * max(height - bar, 0))
    picture = Image.fromarray(film)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, top, width, top + bar - 1), fill=0)
    text = f"PORTABLE {rng.integers(24):02}:{rng.integers(60):02}"
    draw.text((round(0.05 * width), top), text, fill=230, font=ImageFont.load_default(max(4.0, 0.75 * bar)))
    return np.array(picture)


def inverted(film: Film, amount: float, rng: Random) -> Film:
    """Black and white exchanged."""
    return np.subtract(255, film, dtype=np.uint8)


def mirrored(film: Film, rng: Random) -> Film:
    """Left and right exchanged."""
    return film[:, ::-1].copy()


def static(film: Film, rng: Random) -> Film:
    """Gaussian noise with the film's own mean and spread: nothing of the film but its brightness."""
    return _grey(rng.normal(film.mean(), film.std(), film.shape))


def _grey(values: NDArray[np.floating]) -> Film:
    film: Film = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return film
