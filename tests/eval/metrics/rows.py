"""Report rows to score, and what every metric promises of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from eval.metrics.bootstrap import plain
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from radiology.study import Box, Certainty, Change, Finding, Severity, Side

LEFT = Box(view="frontal", x0=0.6, y0=0.2, x1=0.9, y1=0.5)
RIGHT = Box(view="frontal", x0=0.1, y0=0.5, x1=0.3, y1=0.9)


def report(
    i: int,
    findings: Sequence[Finding],
    truth: Sequence[Finding],
    prediction: str | None = "There is an effusion.",
    has_prior: bool = False,
) -> Prediction:
    return Prediction(
        id=f"s{i}",
        study_id=f"s{i}",
        task="report",
        prediction=prediction,
        reference="text",
        findings=tuple(findings),
        truth=tuple(truth),
        has_prior=has_prior,
    )


def finding(
    name: str,
    side: Side | None = None,
    certainty: Certainty = Certainty.PRESENT,
    change: Change | None = None,
    severity: Severity | None = None,
    boxes: tuple[Box, ...] = (),
    probability: float | None = None,
) -> Finding:
    return Finding(
        name=name,
        side=side,
        certainty=certainty,
        change=change,
        severity=severity,
        boxes=boxes,
        probability=probability,
    )


def value(name: str, rows: Sequence[Prediction]) -> float:
    return plain(rows, METRICS[name].score)


def check_order_and_inputs(name: str, rows: Sequence[Prediction]) -> None:
    """The order of the rows is irrelevant, and scoring leaves them as they are."""
    before = [row.model_dump() for row in rows]
    assert value(name, rows) == pytest.approx(value(name, rows[::-1]), abs=1e-12)
    assert [row.model_dump() for row in rows] == before


def check_weights(name: str, rows: Sequence[Prediction]) -> None:
    """A weight counts as that many copies of a row; weights of several resamples do not mix."""
    times = np.array([[i % 3 for i in range(len(rows))], [1] * len(rows)], dtype=np.float64)
    copies = [row for row, n in zip(rows, times[0], strict=True) for _ in range(int(n))]
    weighted = METRICS[name].score(rows, times)
    assert weighted == pytest.approx([value(name, copies), value(name, rows)], abs=1e-12)
