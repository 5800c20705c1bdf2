"""F1 of each finding for itself, from one table of what all reports say.

Shapes: N rows, F findings in the order of the vocabulary, R resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics.agreement import f1
from eval.metrics.findings import names
from eval.metrics.once import once
from eval.metrics.weighting import Array, Rows, Score
from radiology.findings import FINDINGS

Table = NDArray[np.bool_]
_PLACE = {name: place for place, name in enumerate(FINDINGS)}


@dataclass(frozen=True)
class _Presence:
    """Which findings the predictions and the truths call present, both [N, F]."""

    said: Table
    true: Table


@once
def _presence(rows: Rows) -> _Presence:
    pairs = [names(row) for row in rows]
    return _Presence(_table(said for said, _ in pairs), _table(true for _, true in pairs))


def _table(stated: Iterable[Iterable[object]]) -> Table:
    own = [[_PLACE[str(name)] for name in found] for found in stated]
    table = np.zeros((len(own), len(_PLACE)), dtype=bool)
    for row, places in enumerate(own):
        table[row, places] = True
    return table


def finding_f1(name: str) -> Score:
    """F1 of the finding `name` over all reports, NaN where neither a prediction nor a truth has it."""

    def score(rows: Rows, weights: Array) -> Array:
        found = _presence(rows)
        said, true = found.said[:, _PLACE[name]], found.true[:, _PLACE[name]]
        tp, fp, fn = np.array([said & true, said & ~true, ~said & true], dtype=np.float64) @ weights.T
        return f1(tp, fp, fn)

    return score


def true_findings(name: str) -> Callable[[Rows], int]:
    """Counts the reports whose truth has the finding."""
    return lambda rows: int(_presence(rows).true[:, _PLACE[name]].sum())
