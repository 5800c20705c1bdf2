"""Boxes of a report against all true boxes, found or missed.

A predicted box matches a true box of the same finding and the same view; each is used once, best pairs first.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.metrics.agreement import Judge
from eval.metrics.findings import said
from eval.metrics.weighting import Rows
from eval.prediction import Prediction
from radiology.overlap import iou
from radiology.study import Box, Certainty, Finding

Named = tuple[str, Box]


def named_boxes(findings: Iterable[Finding]) -> list[Named]:
    """(finding name, box) of each present finding's boxes, a repeated pair once."""
    pairs = ((f.name, box) for f in findings if f.certainty is Certainty.PRESENT for box in f.boxes)
    return list(dict.fromkeys(pairs))


def matches(predicted: list[Named], true: list[Named], threshold: float) -> list[float]:
    """IoU of each matched pair at or above `threshold`, greedily from the best pair on."""
    pairs = [
        (iou(box, other), i, j)
        for i, (name, box) in enumerate(predicted)
        for j, (known, other) in enumerate(true)
        if name == known
    ]
    found: list[float] = []
    used_predicted: set[int] = set()
    used_true: set[int] = set()
    for value, i, j in sorted(pairs, reverse=True):
        if value < threshold or value == 0:
            break
        if i not in used_predicted and j not in used_true:
            used_predicted.add(i)
            used_true.add(j)
            found.append(value)
    return found


def overlap(row: Prediction, threshold: float) -> tuple[int, int, int, float]:
    """(predicted boxes, true boxes, matched boxes, their summed IoU) of a report."""
    predicted, true = named_boxes(said(row)), named_boxes(row.truth)
    found = matches(predicted, true, threshold)
    return len(predicted), len(true), len(found), sum(found)


def grounded(threshold: float) -> Judge:
    """(2 matched, predicted + true boxes): a missed finding's boxes count as missed, a false one's as false."""

    def judge(row: Prediction) -> tuple[int, int]:
        predicted, true, found, _ = overlap(row, threshold)
        return 2 * found, predicted + true

    return judge


def overlaps(threshold: float) -> Judge:
    """(summed IoU, boxes) of the boxes matched at `threshold`."""

    def judge(row: Prediction) -> tuple[float, int]:
        _, _, found, summed = overlap(row, threshold)
        return summed, found

    return judge


def true_boxes(rows: Rows) -> int:
    return sum(len(named_boxes(row.truth)) for row in rows)
