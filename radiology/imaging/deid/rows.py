"""Rows of letters: what makes pieces of an image a text is that several of a size and grey stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from radiology.imaging.deid.glyphs import Pieces

TALLEST = 40
_WIDEST = 7.0
"""Letters that touch are one piece; wider ones, in heights, are no letters."""
_PER_LETTER = 0.9
"""Heights that a letter and its space are wide, at most."""
_STRONG = 60
_SPACE = 1.8
"""Heights that a word space is wide, at most."""
Box = tuple[int, int, int, int]
"""y0, x0, y1, x1 in px."""


@dataclass(frozen=True)
class Row:
    """A line of pieces: how many `letters` they may be, medians of their `height` in px, `contrast` and `flat`, how far
    their greys scatter (`spread`, in contrasts), and the share that stands on the line (`aligned`)."""

    box: Box
    letters: int
    height: float
    contrast: float
    flat: float
    fill: float
    spread: float
    aligned: float


def rows_of(found: Pieces, min_height: int) -> list[Row]:
    """The lines in which at least two pieces of `found` stand."""
    letters = found[_like_letters(found, min_height)]
    if len(letters) < 2:
        return []
    return [_row(letters[_with_neighbours(letters, members)]) for members in _groups(letters)]


def _like_letters(found: Pieces, min_height: int) -> NDArray[np.bool_]:
    height, width = found.height, found.width
    sized = (height >= min_height) & (height <= TALLEST) & (width <= _WIDEST * height)
    return sized & (found.fill > 0.15)


def _groups(letters: Pieces) -> list[NDArray[np.int64]]:
    """Index sets of pieces that follow each other on a line."""
    y0, x0, y1, x1 = letters.box.T
    ends = np.concatenate((np.column_stack(((y0 + y1) / 2, x0)), np.column_stack(((y0 + y1) / 2, x1))))
    pairs = KDTree(ends).query_pairs(1.5 * TALLEST, output_type="ndarray") % len(letters)
    left = np.where(x0[pairs[:, 0]] <= x0[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    right = pairs.sum(axis=1) - left
    near = (left != right) & _follow(letters, left, right)
    links = coo_array((np.ones(near.sum()), (left[near], right[near])), shape=(len(letters), len(letters)))
    count, member = connected_components(links, directed=False)
    order = np.argsort(member, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(member, minlength=count))[:-1])
    return [group for group in groups if len(group) > 1]


def _follow(letters: Pieces, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """[P] which pairs are neighbours in a text: near, level with each other, of one size and grey."""
    y0, x0, y1, x1 = letters.box.T
    tall = np.maximum(letters.height[left], letters.height[right])
    short = np.minimum(letters.height[left], letters.height[right])
    gap = x0[right] - x1[left]
    overlap = np.minimum(y1[left], y1[right]) - np.maximum(y0[left], y0[right])
    weak = np.minimum(letters.contrast[left], letters.contrast[right])
    strong = np.maximum(letters.contrast[left], letters.contrast[right])
    near = (gap <= 1.1 * tall) & (gap >= -0.3 * tall)
    level = (overlap >= 0.5 * short) & (tall <= 2.0 * short)
    alike = (np.abs(letters.peak[left] - letters.peak[right]) <= 0.2 * weak + 3) & (strong <= 2.5 * weak)
    follow: NDArray[np.bool_] = near & level & alike
    return follow


def _with_neighbours(letters: Pieces, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """The members of a line and what stands a word space away from them, such as an initial."""
    y0, x0, y1, x1 = letters.box[members].T
    top, bottom, left, right = y0.min(), y1.max(), x0.min(), x1.max()
    height, contrast = np.median(y1 - y0), np.median(letters.contrast[members])
    level = np.minimum(letters.box[:, 2], bottom) - np.maximum(letters.box[:, 0], top) >= 0.6 * letters.height
    sized = (letters.height >= 0.5 * height) & (letters.height <= 1.6 * height)
    near = (letters.box[:, 1] <= right + _SPACE * height) & (letters.box[:, 3] >= left - _SPACE * height)
    alike = np.abs(letters.peak - np.median(letters.peak[members])) <= 0.2 * contrast + 3
    return np.union1d(members, np.flatnonzero(level & sized & near & alike))


def _row(letters: Pieces) -> Row:
    y0, x0, y1, x1 = letters.box.T
    height, contrast = float(np.median(letters.height)), float(np.median(letters.contrast))
    slack = max(1.0, 0.15 * height)
    return Row(
        box=(int(y0.min()), int(x0.min()), int(y1.max()), int(x1.max())),
        letters=int(np.maximum(1, np.round(letters.width / (_PER_LETTER * height))).sum()),
        height=height,
        contrast=contrast,
        flat=float(np.median(letters.flat)),
        fill=float(np.median(letters.fill)),
        spread=float(np.median(np.abs(letters.peak - np.median(letters.peak)))) / contrast,
        aligned=float(max(np.mean(np.abs(edge - np.median(edge)) <= slack) for edge in (y0, y1))),
    )


def is_text(row: Row, turned: bool) -> bool:
    """Few letters must stand out and be of one grey, faint ones be many; see `benchmarks/burnt_in.py`.

    A row as tall as it is wide is the parts of one large letter.
    """
    height, width = row.box[2] - row.box[0], row.box[3] - row.box[1]
    if row.aligned < 0.65 or height > 2.2 * row.height or width < 1.6 * height:
        return False
    if row.contrast >= _STRONG:
        flat = 0.55 if row.letters < 5 else 0.45
        return row.letters >= 3 + turned and row.flat >= flat and row.spread <= 0.08
    return row.letters >= 5 and row.flat >= 0.55 and row.spread <= 0.05


def may_be_text(row: Row) -> bool:
    """What suffices beside a text, in its line."""
    return row.flat >= 0.3 and row.spread <= 0.15 and row.aligned >= 0.5
