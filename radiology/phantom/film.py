"""From attenuation to a film: Beer-Lambert, scatter, noise, the detector's processing, and what gets onto a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter

from radiology.phantom.geometry import Pose
from radiology.phantom.spans import Map
from radiology.study import Projection


@dataclass(frozen=True)
class Exposure:
    """How a film was exposed and processed.

    photons a pixel (noise), scatter share, display window in percentiles, gamma, detail (how much of the slow changes
    the processing takes away), grid (share of brightness in grid lines), border (shares of the film's sides that
    collimation hides), marker (letter, x, y, brightness) and the text beside it.
    """

    photons: float
    scatter: float
    low: float
    high: float
    gamma: float
    detail: float
    grid: float
    border: tuple[float, float, float, float]
    marker: tuple[str, float, float, float] | None
    text: str
    seed: int


def draw_pose(projection: Projection, rng: np.random.Generator) -> Pose:
    """A portable film is turned, tilted and off centre more often than one against the stand.

    The same generator gives every projection one height and magnification, so heights agree between views of a day.
    """
    loose = 1.8 if projection is Projection.AP else 1.0
    shift = rng.normal(0, 8, 2) * [loose, 1.0]
    return Pose(
        turn=float(rng.normal(0, 0.045 * loose)),
        tilt=float(rng.normal(0, 0.025 * loose)),
        shift=(float(shift[0]), float(shift[1])),
        magnification=float(rng.uniform(0.98, 1.2)),
    )


def draw_exposure(projection: Projection, rng: np.random.Generator) -> Exposure:
    """Portables are noisier, without a grid or with its lines, and say so on the film."""
    portable = projection is Projection.AP
    sides = rng.uniform(0, 0.05, 4) * (rng.random(4) < 0.3)
    marker = None
    if rng.random() < 0.75:
        left = bool(rng.random() < 0.5)
        across = rng.uniform(0.86, 0.95) if left else rng.uniform(0.05, 0.14)
        marker = ("L" if left else "R", float(across), float(rng.uniform(0.06, 0.3)), float(rng.uniform(0.75, 1)))
    text = str(rng.choice(["PORTABLE", "AP", "AP SUPINE", "PORTABLE AP"])) if portable and rng.random() < 0.6 else ""
    return Exposure(
        photons=float(rng.uniform(400, 2500) if portable else rng.uniform(1200, 8000)),
        scatter=float(rng.uniform(0.05, 0.16) if portable else rng.uniform(0.01, 0.07)),
        low=float(rng.uniform(0.0, 2.0)),
        high=float(rng.uniform(96.5, 99.8)),
        gamma=float(rng.uniform(0.55, 1.05)),
        detail=float(rng.uniform(0.15, 0.5)),
        grid=float(rng.uniform(0.01, 0.035)) if rng.random() < 0.12 else 0.0,
        border=(float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3])),
        marker=marker,
        text=text,
        seed=int(rng.integers(2**31)),
    )


def expose(beam: Map, exposure: Exposure) -> NDArray[np.uint8]:
    """Attenuation [S, S] to an 8-bit film, bright where little gets through."""
    rng, unit = np.random.default_rng(exposure.seed), beam.shape[0] / 400
    through = gaussian_filter(np.exp(-np.maximum(beam, 0)), 0.5 * unit)
    through += np.float32(exposure.scatter) * gaussian_filter(through, 24 * unit, truncate=2.0)
    noise = rng.standard_normal(beam.shape, dtype=np.float32)
    through += np.sqrt(through / np.float32(exposure.photons)) * noise * np.float32(0.2)
    density = -np.log(np.maximum(through, 1e-4))
    density -= np.float32(exposure.detail) * _slow(density, 26 * unit)
    shown = _windowed(density, exposure)
    if exposure.grid:
        shown += np.float32(exposure.grid) * np.sin(np.arange(beam.shape[1], dtype=np.float32) * np.float32(2.1 / unit))
    film = (np.clip(shown, 0, 1) * 255 + 0.5).astype(np.uint8)
    return _marked(_collimated(film, exposure), exposure)


def _slow(density: Map, width: float) -> Map:
    """What changes over more than `width` px, from every fourth pixel."""
    small = gaussian_filter(density[::4, ::4], width / 4, truncate=2.5)
    image = Image.fromarray(small).resize(density.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(image, np.float32)


def _windowed(density: Map, exposure: Exposure) -> Map:
    """The middle of the film between the two percentiles of its chest, through a gentle S as film had it."""
    size = density.shape[0]
    chest = density[size // 10 : -size // 10 : 4, size // 8 : -size // 8 : 4]
    low, high = np.percentile(chest, (exposure.low, exposure.high))
    linear = np.clip((density - low) / max(high - low, 1e-3), 0, 1) ** np.float32(exposure.gamma)
    return np.asarray(0.75 * linear + 0.25 * (3 - 2 * linear) * linear**2, np.float32)


def _collimated(film: NDArray[np.uint8], exposure: Exposure) -> NDArray[np.uint8]:
    size = film.shape[0]
    top, right, bottom, left = (round(share * size) for share in exposure.border)
    film[:top], film[size - bottom :], film[:, :left], film[:, size - right :] = 0, 0, 0, 0
    return film


def _marked(film: NDArray[np.uint8], exposure: Exposure) -> NDArray[np.uint8]:
    """The lead letter of the side, and words of the technologist."""
    if exposure.marker is None and not exposure.text:
        return film
    picture, size = Image.fromarray(film), film.shape[0]
    pen = ImageDraw.Draw(picture)
    if exposure.marker:
        letter, x, y, light = exposure.marker
        pen.text((x * size, y * size), letter, int(255 * light), ImageFont.load_default(size=0.05 * size), anchor="mm")
    if exposure.text:
        pen.text((0.03 * size, 0.02 * size), exposure.text, 235, ImageFont.load_default(size=0.032 * size))
    return np.array(picture)
