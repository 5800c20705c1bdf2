"""What a draft needs of retrieval, so that nothing here imports upward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from radiology.study import Case, Study


@dataclass(frozen=True)
class SimilarCase:
    """A case and its cosine similarity to the query image, 1 at most."""

    case: Case
    score: float


class Retriever(Protocol):
    def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
        """At most `k` cases nearest to `embedding` [D], best first; never of `study`'s patient."""
