"""Single rows to score, and the score of some by name."""

from __future__ import annotations

from collections.abc import Sequence

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


def question(
    i: int, prediction: str | None, reference: str, probability: float | None = None, name: str = "nodule"
) -> Prediction:
    """A closed question about the finding `name`."""
    return Prediction(
        id=f"s{i}#{name}",
        study_id=f"s{i}",
        task="closed",
        prediction=prediction,
        reference=reference,
        probability=probability,
        name=name,
    )


def value(name: str, rows: Sequence[Prediction]) -> float:
    return plain(rows, METRICS[name].score)
