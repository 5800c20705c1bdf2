"""Several ranked lists become one: reciprocal rank fusion.

Cormack, Clarke and Büttcher, Reciprocal rank fusion outperforms Condorcet and individual rank learning methods, SIGIR
2009. Only ranks count, so lists whose scores have nothing in common (cosines, BM25) go together.
"""

from __future__ import annotations

from collections.abc import Sequence

Ranked = Sequence[int]
"""Row ids, best first."""
SMOOTHING = 60.0
"""The k of the paper: how little the first places stand out."""


def fuse(lists: Sequence[Ranked], weights: Sequence[float], smoothing: float = SMOOTHING) -> list[tuple[int, float]]:
    """(row, sum over the lists of weight / (smoothing + rank)), best first; ranks count from 1.

    What a list holds twice counts where it stands first; of equal sums, what an earlier list has stands first. A list
    of weight 0 adds no rows. Raises ValueError unless there is one weight, 0 or more, a list.
    """
    if len(lists) != len(weights) or any(weight < 0 for weight in weights):
        raise ValueError(f"{len(lists)} lists need as many weights, none negative: {list(weights)}")
    sums: dict[int, float] = {}
    for rows, weight in zip(lists, weights, strict=True):
        if weight > 0:
            for rank, row in enumerate(dict.fromkeys(rows), start=1):
                sums[row] = sums.get(row, 0.0) + weight / (smoothing + rank)
    return sorted(sums.items(), key=lambda pair: -pair[1])
