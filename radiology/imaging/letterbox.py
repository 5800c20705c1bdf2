"""A film of any shape inside a black square, and the way back for coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Corners = tuple[float, float, float, float]
"""x0, y0, x1, y1."""


@dataclass(frozen=True)
class Letterbox:
    """How an image of `width` x `height` px lies, centred, in a square of side `size`."""

    width: int
    height: int
    size: int

    @property
    def inner(self) -> tuple[int, int]:
        """Width and height in px of the image inside the square; never less than one."""
        scale = self.size / max(self.width, self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    @property
    def offset(self) -> tuple[int, int]:
        """Padding in px left of and above the image."""
        inner_width, inner_height = self.inner
        return (self.size - inner_width) // 2, (self.size - inner_height) // 2

    def to_full(self, x0: float, y0: float, x1: float, y1: float) -> Corners:
        """Fractions of the square to fractions of the full image; what lies on the padding is clipped away."""
        (width, height), (left, top), size = self.inner, self.offset, self.size
        xs, ys = [(x * size - left) / width for x in (x0, x1)], [(y * size - top) / height for y in (y0, y1)]
        return _clip(xs[0]), _clip(ys[0]), _clip(xs[1]), _clip(ys[1])

    def to_square(self, x0: float, y0: float, x1: float, y1: float) -> Corners:
        """Fractions of the full image to fractions of the square."""
        (width, height), (left, top), size = self.inner, self.offset, self.size
        xs, ys = [(x * width + left) / size for x in (x0, x1)], [(y * height + top) / size for y in (y0, y1)]
        return _clip(xs[0]), _clip(ys[0]), _clip(xs[1]), _clip(ys[1])


def letterbox(image: NDArray[np.uint8], size: int) -> tuple[NDArray[np.uint8], Letterbox]:
    """`image` [H, W] resized without distortion into [size, size], black around it; antialiased when it shrinks."""
    height, width = image.shape
    box = Letterbox(width, height, size)
    square = np.zeros((size, size), np.uint8)
    (inner_width, inner_height), (left, top) = box.inner, box.offset
    square[top : top + inner_height, left : left + inner_width] = _resize(image, inner_width, inner_height)
    return square, box


def _resize(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Averaged over areas down to twice the target, filtered from there."""
    if image.shape == (height, width):
        return image
    resized = Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(resized)


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))
