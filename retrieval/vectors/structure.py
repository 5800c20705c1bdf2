"""What finds candidates among many rows without looking at all of them; their exact order is made afterwards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.vectors.exact import Mask, Selector
from retrieval.vectors.library import faiss
from retrieval.vectors.protocol import Ids, Vectors

CHUNK = 65_536
"""Rows read from the memory map at a time."""


class Structure(ABC):
    """A FAISS index over the first rows of a file, by position; there were `trained` rows when it learnt."""

    candidates: int
    """Fetched for a query, beside four for each row that is wanted."""
    sample: int
    """Rows that training needs at most."""

    def __init__(self, index: Any, trained: int) -> None:
        self.index = index
        self.trained = trained

    @classmethod
    @abstractmethod
    def empty(cls, width: int, count: int) -> Any:
        """The FAISS index that suits `count` rows, not trained yet."""

    @abstractmethod
    def parameters(self, share: float, selector: Any) -> Any:
        """How FAISS searches when `share` of the rows are allowed, which are those of `selector` (None: all)."""

    @classmethod
    def over(cls, rows: Vectors) -> Structure:
        """Trained on a sample of `rows` [N, D] and filled with them, in chunks."""
        structure = cls(cls.empty(rows.shape[1], len(rows)), len(rows))
        chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[: cls.sample])
        structure.index.train(np.ascontiguousarray(rows[chosen]))
        structure.extend(rows)
        return structure

    @classmethod
    def read(cls, path: Path, trained: int) -> Structure:
        """Raises RuntimeError for a file that FAISS cannot read."""
        return cls(faiss().read_index(str(path)), trained)

    def write(self, path: Path) -> None:
        """Raises OSError."""
        try:
            faiss().write_index(self.index, str(path))
        except RuntimeError as error:
            raise OSError(str(error).rpartition("Error:")[2].strip()) from error

    def __len__(self) -> int:
        return int(self.index.ntotal)

    def extend(self, rows: Vectors) -> None:
        """Take in those of `rows` that come after the ones it has."""
        for chunk in chunks(rows[len(self) :]):
            self.index.add(np.ascontiguousarray(chunk))

    def find(self, queries: Vectors, k: int, mask: Mask | None) -> Ids:
        """Positions [Q, P] among which the `k` nearest should be, -1 behind the last."""
        share = 1.0 if mask is None else float(np.count_nonzero(mask) / len(mask))
        selector = None if mask is None else Selector(mask)
        parameters = self.parameters(share, selector.of if selector else None)
        ids: Ids = self.index.search(queries, min(self.candidates + 4 * k, len(self)), params=parameters)[1]
        return ids


def chunks(rows: Vectors) -> Iterator[Vectors]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
