"""Sides of findings, as (finding, side) pairs.

Bilateral is left and right. Where the truth names a finding and no side, no side of it is judged. An uncertain finding
is compared only where both are uncertain of it: a hedge is neither a hit nor a miss of what is present.
"""

from __future__ import annotations

from eval.metrics.agreement import Statements
from eval.metrics.attributes import Stated, sides, stated
from eval.metrics.findings import said
from eval.prediction import Prediction
from radiology.study import Certainty


def side_pairs(row: Prediction) -> tuple[Statements, Statements]:
    """((finding, certainty), side) of each finding with a side."""
    predicted, true = _compared(row)
    return _pairs(predicted), _pairs(true)


def finding_side_pairs(row: Prediction) -> tuple[Statements, Statements]:
    """((finding, certainty), side) of each finding, ((finding, certainty), None) where it has none."""
    predicted, true = _compared(row)
    return _pairs(predicted) | _unsided(predicted), _pairs(true) | _unsided(true)


def _compared(row: Prediction) -> tuple[Stated, Stated]:
    predicted, true = stated(said(row), sides), stated(row.truth, sides)
    hedged = {key for key in predicted.keys() & true.keys() if key[1] is Certainty.UNCERTAIN}
    judged = {key for key in predicted.keys() | true.keys() if key[1] is Certainty.PRESENT} | hedged
    closed = {key: own if true.get(key, own) else frozenset() for key, own in predicted.items()}
    return _only(closed, judged), _only(true, judged)


def _only(findings: Stated, kept: set[tuple[str, Certainty]]) -> Stated:
    return {key: own for key, own in findings.items() if key in kept}


def _pairs(findings: Stated) -> Statements:
    return frozenset((key, side) for key, own in findings.items() for side in own)


def _unsided(findings: Stated) -> Statements:
    return frozenset((key, None) for key, own in findings.items() if not own)
