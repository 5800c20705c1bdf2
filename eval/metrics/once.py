"""What is read from a set of rows, read once for all metrics and all blocks of resamples."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import is_
from typing import TypeVar

from eval.metrics.weighting import Rows

Read = TypeVar("Read")
KEPT = 2
"""Sets of rows of which a reading is kept."""


class _TheseRows:
    """A key that equals another when both hold the very same rows in the same order. It keeps them alive, so that no
    other row takes the place of one in memory."""

    def __init__(self, rows: Rows) -> None:
        self.rows = tuple(rows)

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.rows)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _TheseRows):
            return NotImplemented
        return len(self.rows) == len(other.rows) and all(map(is_, self.rows, other.rows))


def once(read: Callable[[Rows], Read]) -> Callable[[Rows], Read]:
    """`read`, which gives what it gave before when it gets the same rows again; nobody may change that."""
    kept = lru_cache(maxsize=KEPT)(lambda key: read(key.rows))
    return lambda rows: kept(_TheseRows(rows))
