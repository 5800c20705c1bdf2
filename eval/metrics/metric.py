"""What a metric is: a pure function in one table, with what it counts, its range and its empty case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.metrics.weighting import Rows, Score


@dataclass(frozen=True)
class Metric:
    """`worst` and `best` bound it and say which way is better. `empty` is the score of no rows: NaN, for there is
    nothing to score.

    `size` is the n that stands beside the score: how many of `unit` it rests on. `judges`: whose verdicts the rows
    need (`Prediction.judged`). `how` goes into the signature: tokenisation, reference implementation, definition.
    `sees`: the errors that make it worse, "presence" (a finding denied or made up) and "side" (left for right).
    """

    name: str
    score: Score
    unit: str
    size: Callable[[Rows], int] = len
    worst: float = 0.0
    best: float = 1.0
    empty: float = float("nan")
    judges: tuple[str, ...] = ()
    how: str = ""
    sees: frozenset[str] = frozenset()

    @property
    def higher_is_better(self) -> bool:
        return self.best > self.worst
