"""Does the model serve all alike? Each metric in each subgroup of the studies, and the largest gap between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eval.metrics.table import METRICS
from eval.metrics.weighting import Array, Rows
from eval.prediction import Prediction
from eval.sheet import Line
from eval.stress.joint import joint_scores, usable
from eval.stress.table import StressRow, StressTable, estimated

LEAST = 10
"""Studies that a subgroup must have to take part in the gap."""
GAP = "largest gap"
NOTE = (
    f"The gap is that of the highest over the lowest score among subgroups of at least {LEAST} studies; its interval "
    "is that of the difference of these two. It is chosen for being large: an interval just clear of 0 proves little "
    "where there are many subgroups."
)


def subgroups(lines: Sequence[Line], rows: Sequence[Prediction], seed: int) -> StressTable:
    """One row a metric, kind and subgroup, then the gap between the best and the worst subgroup of the kind.

    Kinds with one subgroup have nothing to compare and are left out, as are rows whose subgroup is unknown.
    """
    found = [
        row
        for line in usable(lines, rows)
        for kind in sorted({kind for row in rows for kind in row.groups})
        for row in _kind(line, kind, [row for row in rows if line.of(row)], seed)
    ]
    return StressTable(
        name="subgroups",
        title="Subgroups",
        columns=("metric", "kind", "subgroup"),
        rows=tuple(found),
        notes=(NOTE,),
    )


def _kind(line: Line, kind: str, rows: Sequence[Prediction], seed: int) -> Iterator[StressRow]:
    names = sorted({row.groups[kind] for row in rows if kind in row.groups})
    if len(names) < 2:
        return
    metric = METRICS[line.metric]
    parts = [[row for row in rows if row.groups.get(kind) == name] for name in names]
    scores = joint_scores(metric.score, parts, seed)
    for name, part, values in zip(names, parts, scores, strict=True):
        yield estimated((line.name, kind, name), values, metric.size(part))
    yield from _gap(line.name, kind, dict(zip(names, zip(parts, scores, strict=True), strict=True)))


def _gap(metric: str, kind: str, groups: dict[str, tuple[Rows, Array]]) -> Iterator[StressRow]:
    """The widest difference of two plain scores, with the number of studies in both."""
    large = {
        name: (len({row.study_id for row in part}), values)
        for name, (part, values) in groups.items()
        if len({row.study_id for row in part}) >= LEAST and not np.isnan(values[0])
    }
    if len(large) < 2:
        return
    high = max(large, key=lambda name: large[name][1][0])
    low = min((name for name in large if name != high), key=lambda name: large[name][1][0])
    gap = large[high][1] - large[low][1]
    yield estimated((metric, kind, f"{GAP}: {high} against {low}"), gap, large[high][0] + large[low][0])
