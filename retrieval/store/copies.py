"""Whether a store has a film already, whatever file format or size it was given in.

Candidates are the nearest by a difference hash: whether a small picture gets brighter from left to right, 256 times.
Whether a candidate is a copy is decided by how both look (`radiology.datasets.duplicates`). Of 150 NIH films no copy,
as JPEG of quality 40 or at 224 px, was further than 16 bits away, and most other films more than 70.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.datasets.duplicates import SIDE, near_groups

WIDTH, HEIGHT = 16, 16
STEP = 1
"""Grey levels that count as brighter by more than rounding."""
FARTHEST = 40
"""Bits by which a copy may differ."""
CANDIDATES = 8
Hash = NDArray[np.uint8]
"""[32], eight bits a byte."""


def hash_of(look: bytes) -> Hash:
    """Of a film's `look`, SIDE * SIDE grey values."""
    small = Image.frombytes("L", (SIDE, SIDE), look).resize((WIDTH + 1, HEIGHT), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.int16)
    return np.packbits(np.diff(grey, axis=1) > STEP)


def copies_among(look: bytes, others: Sequence[bytes]) -> list[int]:
    """Which of `others`, no two of which are copies, show the same film as `look`; none of a film without contrast."""
    group = next((group for group in near_groups([look, *others]) if group[0] == 0), [0])
    return [place - 1 for place in group[1:]]


class Copies:
    """The films of a store by their hashes, in memory: 32 bytes each."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        import faiss

        rows = connection.execute("SELECT id, hash FROM cases ORDER BY id").fetchall()
        self._connection = connection
        self._ids = [row[0] for row in rows]
        self._index: Any = faiss.IndexBinaryFlat(WIDTH * HEIGHT)
        if rows:
            self._index.add(np.frombuffer(b"".join(row[1] for row in rows), np.uint8).reshape(len(rows), -1))

    def add(self, row: int, film_hash: bytes) -> None:
        self._ids.append(row)
        self._index.add(np.frombuffer(film_hash, np.uint8)[None])

    def find(self, look: bytes, film_hash: bytes) -> list[int]:
        """Rows of the store that show the same film."""
        if not self._ids:
            return []
        query = np.frombuffer(film_hash, np.uint8)[None]
        distances, places = self._index.search(query, min(CANDIDATES, len(self._ids)))
        near = [self._ids[i] for i, far in zip(places[0], distances[0], strict=True) if i >= 0 and far <= FARTHEST]
        if not near:
            return []
        marks = ",".join("?" * len(near))
        found = self._connection.execute(f"SELECT id, look FROM bodies WHERE id IN ({marks})", near).fetchall()
        return [found[i][0] for i in copies_among(look, [other for _, other in found])]
