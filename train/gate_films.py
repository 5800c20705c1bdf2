"""What the gate learns to tell from an upright film: films turned, mirrored or exchanged, and made-up pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Film = NDArray[np.uint8]
Change = Literal["none", "upside_down", "turned", "mirrored", "inverted"]
CHANGES: tuple[Change, ...] = ("none", "upside_down", "turned", "mirrored", "inverted")


def changed(film: Film, change: Change, rng: np.random.Generator) -> Film:
    """`film` [S, S] as it would look had it been put on the plate or stored the wrong way."""
    if change == "upside_down":
        return np.ascontiguousarray(np.rot90(film, 2) if rng.random() < 0.5 else film[::-1])
    if change == "turned":
        return np.ascontiguousarray(np.rot90(film, rng.choice((1, 3))))
    if change == "mirrored":
        return np.ascontiguousarray(film[:, ::-1])
    return exchanged(film) if change == "inverted" else film


def exchanged(film: Film) -> Film:
    """Black and white exchanged where the film lies; the black margins of its square stay black."""
    rows, columns = np.flatnonzero(film.max(axis=1) > 0), np.flatnonzero(film.max(axis=0) > 0)
    if not len(rows):
        return film
    inside = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    negative = film.copy()
    negative[inside] = 255 - film[inside]
    return negative


def made(size: int, rng: np.random.Generator) -> Film:
    """[size, size]: a picture that is no medical image: noise, shading, print, a screen, or a scene of shapes."""
    kinds: tuple[Callable[[int, np.random.Generator], Film], ...] = (_noise, _shading, _print, _screen, _scene, _scene)
    film = kinds[rng.integers(len(kinds))](size, rng)
    return _framed(film, rng) if rng.random() < 0.5 else film


def _noise(size: int, rng: np.random.Generator) -> Film:
    """White to coarse noise of any mean and contrast, and now and then a constant."""
    coarse = int(rng.choice((2, 4, 8, 16, 32, 64, size)))
    grid = rng.normal(rng.uniform(20, 235), rng.choice((0, 15, 60, 120)), (coarse, coarse))
    return np.asarray(
        Image.fromarray(grid.clip(0, 255).astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
    )


def _shading(size: int, rng: np.random.Generator) -> Film:
    """A ramp, a spot or stripes."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    angle, period = rng.uniform(0, 2 * np.pi), rng.uniform(1, 20)
    along = x * np.cos(angle) + y * np.sin(angle)
    spot = np.hypot(x - rng.uniform(-0.6, 0.6), y - rng.uniform(-0.6, 0.6))
    shade = (along, spot, np.sin(along * period))[rng.integers(3)]
    low, high = sorted(rng.uniform(0, 255, 2))
    return np.asarray(np.interp(shade, (shade.min(), shade.max()), (low, high)), np.uint8)


def _print(size: int, rng: np.random.Generator) -> Film:
    """Lines of words on a page, dark on bright or the other way round."""
    paper, ink = (rng.integers(200, 256), rng.integers(0, 90)) if rng.random() < 0.7 else (rng.integers(0, 60), 220)
    page = Image.new("L", (size, size), int(paper))
    pen, step = ImageDraw.Draw(page), int(rng.integers(5, 16))
    margin = int(rng.integers(4, 40))
    for y in range(margin, size - margin, step):
        x = margin
        while x < size - margin and rng.random() > 0.04:
            width = int(rng.integers(3, 30))
            for letter in range(x, min(x + width, size - margin), 3):
                up, lean = rng.integers(0, 2, 2).tolist()
                pen.line((letter, y + up, letter + lean, y + step // 2), fill=int(ink))
            x += width + 5
    return np.asarray(page)


def _screen(size: int, rng: np.random.Generator) -> Film:
    """Panels with bars, lines and curves, as programs and charts have."""
    page = Image.new("L", (size, size), int(rng.integers(0, 256)))
    pen = ImageDraw.Draw(page)
    for _ in range(int(rng.integers(3, 14))):
        pen.rectangle(_corners(size, rng), fill=int(rng.integers(0, 256)), outline=int(rng.integers(0, 256)))
    for _ in range(int(rng.integers(0, 5))):
        points = [(float(x), float(rng.uniform(0, size))) for x in np.linspace(0, size, 12)]
        pen.line(points, fill=int(rng.integers(0, 256)), width=int(rng.integers(1, 4)))
    text = np.asarray(page).copy()
    x0, y0, x1, y1 = (int(v) for v in _corners(size, rng))
    text[y0:y1, x0:x1] = _print(size, rng)[y0:y1, x0:x1]
    return text


def _scene(size: int, rng: np.random.Generator) -> Film:
    """A shaded ground with overlapping textured shapes, blurred unevenly, as photographs have."""
    scene = Image.fromarray(_shading(size, rng))
    for _ in range(int(rng.integers(4, 30))):
        mask = Image.new("L", (size, size), 0)
        pen = ImageDraw.Draw(mask)
        if rng.random() < 0.5:
            pen.ellipse(_corners(size, rng), fill=255)
        else:
            centre, reach = rng.uniform(0, size, 2), rng.uniform(10, size / 2)
            corners = centre + rng.uniform(-reach, reach, (int(rng.integers(3, 8)), 2))
            pen.polygon([(float(x), float(y)) for x, y in corners], fill=255)
        fill = (_noise, _shading)[rng.integers(2)](size, rng)
        scene.paste(Image.fromarray(fill), mask=mask.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 4)))))
    grain = rng.normal(0, rng.uniform(0, 8), (size, size))
    return np.asarray((np.asarray(scene) + grain).clip(0, 255), np.uint8)


def _corners(size: int, rng: np.random.Generator) -> tuple[float, float, float, float]:
    (x0, x1), (y0, y1) = np.sort(rng.uniform(0, size, 2)), np.sort(rng.uniform(0, size, 2))
    return float(x0), float(y0), float(x1) + 2, float(y1) + 2


def _framed(film: Film, rng: np.random.Generator) -> Film:
    """The picture as a letterboxed one lies in its square: black on two sides."""
    size, margin = film.shape[0], int(rng.integers(0, film.shape[0] // 3))
    square = np.zeros_like(film)
    inner = np.asarray(Image.fromarray(film).resize((size, size - 2 * margin)))
    square[margin : size - margin] = inner
    return np.ascontiguousarray(square.T) if rng.random() < 0.4 else square
