"""Hides a region of a film without leaving a mark: its edges grow inward, with the grain of what is around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d

Film = NDArray[np.uint8]
Place = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px, x1 and y1 excluded."""
BAND = 4
"""Width in px of the surroundings that are looked at."""


def filled(film: Film, place: Place, rng: np.random.Generator) -> Film:
    """`film` [H, W] with `place` interpolated from its four edges (Coons patch) and grain added.

    Where the place touches the film's border, the edge opposite stands for the missing one.
    """
    x0, y0, x1, y1 = place
    top, bottom, left, right = _edges(film.astype(np.float64), place)
    v, u = _steps(y1 - y0)[:, None], _steps(x1 - x0)[None, :]
    patch = _coons(top, bottom, left, right, u, v) + rng.normal(0, 1, (y1 - y0, x1 - x0)) * _grain(film, place)
    out = film.copy()
    out[y0:y1, x0:x1] = np.clip(np.rint(patch), 0, 255).astype(np.uint8)
    return out


Edge = NDArray[np.float64]


def _edges(film: Edge, place: Place) -> tuple[Edge, Edge, Edge, Edge]:
    """Top and bottom [w], left and right [h]: smoothed means of the bands beyond them."""
    x0, y0, x1, y1 = place
    top, bottom = film[max(y0 - BAND, 0) : y0, x0:x1], film[y1 : y1 + BAND, x0:x1]
    left, right = film[y0:y1, max(x0 - BAND, 0) : x0].T, film[y0:y1, x1 : x1 + BAND].T
    mean = float(film.mean())
    return (*_pair(top, bottom, x1 - x0, mean), *_pair(left, right, y1 - y0, mean))


def _pair(first: Edge, second: Edge, length: int, mean: float) -> tuple[Edge, Edge]:
    """Two opposite edges [length] from their bands [0 to BAND, length]."""
    found = [gaussian_filter1d(band.mean(axis=0), BAND) if len(band) else None for band in (first, second)]
    spare = next((edge for edge in found if edge is not None), np.full(length, mean))
    a, b = (spare if edge is None else edge for edge in found)
    return a, b


def _steps(count: int) -> Edge:
    """Centres of `count` pixels in 0..1."""
    return (np.arange(count) + 0.5) / count


def _coons(top: Edge, bottom: Edge, left: Edge, right: Edge, u: Edge, v: Edge) -> Edge:
    """[h, w] that agrees with the four edges; a corner is the mean of the two edges that meet in it."""
    corners = [(a[i] + b[j]) / 2 for a, b, i, j in ((top, left, 0, 0), (top, right, -1, 0), (bottom, left, 0, -1))]
    last = (bottom[-1] + right[-1]) / 2
    across = (1 - v) * top[None, :] + v * bottom[None, :] + (1 - u) * left[:, None] + u * right[:, None]
    plane = (1 - v) * ((1 - u) * corners[0] + u * corners[1]) + v * ((1 - u) * corners[2] + u * last)
    patch: Edge = across - plane
    return patch


def _grain(film: Film, place: Place) -> float:
    """Standard deviation of the finest detail in the bands around `place`."""
    x0, y0, x1, y1 = place
    around = np.s_[max(y0 - BAND, 0) : y1 + BAND, max(x0 - BAND, 0) : x1 + BAND]
    values = film[around].astype(np.float64)
    beyond = np.ones(values.shape, dtype=bool)
    top, left = min(BAND, y0), min(BAND, x0)
    beyond[top : top + y1 - y0, left : left + x1 - x0] = False
    fine = (values - gaussian_filter(values, 1.0))[beyond]
    return float(fine.std()) if fine.size else 0.0
