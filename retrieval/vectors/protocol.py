"""What an index of vectors does, whichever library or server keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Selection:
    """The rows `ids` that a search may give, or with `inverted` those that it must not."""

    ids: Ids
    inverted: bool = False


@dataclass(frozen=True)
class Hits:
    """Of Q queries: `ids` [Q, K], best first; `scores` [Q, K], cosine similarities. Where there are no more the id is
    -1 and the score means nothing."""

    ids: Ids
    scores: Vectors


class VectorIndex(Protocol):
    """Row ids, never negative, with unit vectors of `width` D."""

    width: int

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Put rows `ids` [N] with `vectors` [N, D]; a row that is there already gets the new vector."""

    def remove(self, ids: Ids) -> int:
        """Take rows out; how many were there."""

    def search(self, queries: Vectors, k: int, within: Selection | None = None) -> Hits:
        """The `k` rows nearest to each of `queries` [Q, D] by inner product, exactly or nearly."""
