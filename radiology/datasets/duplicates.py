"""Which films are copies of one another: by their bytes, and by what they look like.

Two films are nearly the same when their thumbnails, without what is blurred, correlate by `ALIKE` or more. Of 1,483
NIH films none but a copy reached .84 with another, of 1,200 small phantom films none .94, and every film reached .98
with itself at 224 px as JPEG of quality 40. Up to `ALL_PAIRS` films every pair is compared; of more, those that fall
together in one of `TABLES` tables of random signs (Charikar, Similarity estimation techniques from rounding
algorithms, STOC 2002): a pair that correlates by .97 is missed once in two thousand times, and the cost grows with
the films, not with their pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 48
"""Width and height of a thumbnail."""
BLUR = 2.0
"""Standard deviation in thumbnail pixels of what is taken away."""
ALIKE = 0.97
ALL_PAIRS = 4096
TABLES, BITS = 24, 16
BLOCK = 1024
"""Films compared at once; of more that fall together, neighbours are."""
Vectors = NDArray[np.float32]


def thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    """[H, W] -> SIDE * SIDE grey values."""
    return Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()


def near_groups(thumbnails: Sequence[bytes]) -> list[list[int]]:
    """Indices of films that look alike, in groups of two or more; a film without contrast is in none."""
    vectors = _vectors(thumbnails)
    seen = np.flatnonzero(vectors.any(axis=1))
    return _groups(len(thumbnails), ((int(seen[a]), int(seen[b])) for a, b in _pairs(vectors[seen])))


def _vectors(thumbnails: Sequence[bytes]) -> Vectors:
    """[N, SIDE * SIDE] of length 1, or 0 where there is nothing to see."""
    vectors = np.empty((len(thumbnails), SIDE * SIDE), np.float32)
    for start in range(0, len(thumbnails), BLOCK):
        vectors[start : start + BLOCK] = _sharpened(thumbnails[start : start + BLOCK])
    return vectors


def _sharpened(thumbnails: Sequence[bytes]) -> Vectors:
    grey = np.frombuffer(b"".join(thumbnails), np.uint8).reshape(-1, SIDE, SIDE).astype(np.float32)
    flat = (grey - _SMOOTH @ grey @ _SMOOTH.T).reshape(len(thumbnails), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.where(length > SIDE / 4, flat / np.maximum(length, 1e-6), 0).astype(np.float32)


def _smoothing() -> Vectors:
    """[SIDE, SIDE] rows that average with a Gaussian."""
    steps = np.arange(SIDE)
    weights = np.exp(-0.5 * ((steps[:, None] - steps) / BLUR) ** 2)
    smoothing: Vectors = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return smoothing


_SMOOTH = _smoothing()


def _pairs(vectors: Vectors) -> Iterator[tuple[int, int]]:
    """Pairs that look alike, some more than once."""
    for members in _candidates(vectors):
        for start in range(0, len(members), BLOCK):
            part = members[start : start + BLOCK]
            alike = vectors[part] @ vectors[members if len(vectors) <= ALL_PAIRS else part].T >= ALIKE
            rows, columns = np.nonzero(alike)
            yield from ((int(part[a]), int(members[b])) for a, b in zip(rows, columns, strict=True))


def _candidates(vectors: Vectors) -> Iterator[NDArray[np.intp]]:
    """Indices of films to compare with one another."""
    if len(vectors) <= ALL_PAIRS:
        yield np.arange(len(vectors))
        return
    rng = np.random.default_rng(0)
    for _ in range(TABLES):
        signs = vectors @ rng.standard_normal((SIDE * SIDE, BITS), dtype=np.float32) > 0
        keys = signs @ (1 << np.arange(BITS))
        order = np.argsort(keys, kind="stable")
        ends = np.flatnonzero(np.diff(keys[order])) + 1
        yield from (bucket for bucket in np.split(order, ends) if len(bucket) > 1)


def _groups(n: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Those of `n` that pairs connect, in order."""
    root = list(range(n))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for a, b in pairs:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    members: dict[int, list[int]] = {}
    for i in range(n):
        members.setdefault(find(i), []).append(i)
    return [group for group in members.values() if len(group) > 1]
