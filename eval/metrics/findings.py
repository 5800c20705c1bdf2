"""Findings of a report against the truth: which ones, and on which side.

A study's findings are the set of names that are present; a finding named twice counts once. Uncertain and absent
findings predict nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.metrics.weighting import Array, Rows, Score, ratio, tally
from eval.prediction import Prediction
from radiology.study import Certainty, Finding, Side


def present(findings: Iterable[Finding]) -> dict[str, frozenset[Side]]:
    """Name of each present finding -> its sides; bilateral is left and right, unsided is empty."""
    sides: dict[str, set[Side]] = {}
    for finding in findings:
        if finding.certainty is Certainty.PRESENT:
            sides.setdefault(finding.name, set()).update(_both(finding.side))
    return {name: frozenset(found) for name, found in sides.items()}


def _both(side: Side | None) -> tuple[Side, ...]:
    if side is None:
        return ()
    return (Side.LEFT, Side.RIGHT) if side is Side.BILATERAL else (side,)


def confusion(row: Prediction, only: str | None = None) -> tuple[int, int, int]:
    """(true positives, false positives, false negatives) of a report, of the finding `only` or of all."""
    predicted, true = set(present(row.findings)), set(present(row.truth))
    if only is not None:
        predicted, true = predicted & {only}, true & {only}
    return len(predicted & true), len(predicted - true), len(true - predicted)


def finding_f1(only: str | None = None) -> Score:
    """Micro-F1, 2 TP / (2 TP + FP + FN) over all studies, of one finding or of all."""

    def score(rows: Rows, weights: Array) -> Array:
        tp, fp, fn = tally([confusion(row, only) for row in rows], 3, weights)
        return ratio(2 * tp, 2 * tp + fp + fn)

    return score


def finding_precision(rows: Rows, weights: Array) -> Array:
    tp, fp, _ = tally([confusion(row) for row in rows], 3, weights)
    return ratio(tp, tp + fp)


def finding_recall(rows: Rows, weights: Array) -> Array:
    tp, _, fn = tally([confusion(row) for row in rows], 3, weights)
    return ratio(tp, tp + fn)


def positives(row: Prediction, only: str | None = None) -> int:
    """Number of true findings of a report."""
    tp, _, fn = confusion(row, only)
    return tp + fn


def sided(row: Prediction) -> tuple[int, int]:
    """(findings named rightly whose true side is stated, those of them with the right side)."""
    predicted, true = present(row.findings), present(row.truth)
    judged = [name for name in predicted if true.get(name)]
    return len(judged), sum(predicted[name] == true[name] for name in judged)


def side_accuracy(rows: Rows, weights: Array) -> Array:
    """Right sides among true-positive findings that have a side; a missing side is a wrong one."""
    judged, right = tally([sided(row) for row in rows], 2, weights)
    return ratio(right, judged)
