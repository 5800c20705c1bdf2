"""Every metric there is: name, function, what it counts, range and empty case. No torch is needed to score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.metrics.answers import accuracy, balanced_accuracy, token_f1
from eval.metrics.findings import finding_f1, finding_precision, finding_recall, positives, side_accuracy, sided
from eval.metrics.grounding import grounded_f1, mean_iou, overlap
from eval.metrics.ranking import macro_auroc
from eval.metrics.weighting import Rows, Score
from radiology.findings import FINDINGS

IOU = 0.5
"""A predicted box is right from this intersection over union on."""


def _studies(rows: Rows) -> int:
    return len({row.study_id for row in rows})


def _judged_sides(rows: Rows) -> int:
    return sum(sided(row)[0] for row in rows)


def _true_boxes(rows: Rows) -> int:
    return sum(overlap(row, IOU)[1] for row in rows)


def _matched_boxes(rows: Rows) -> int:
    return sum(overlap(row, IOU)[2] for row in rows)


def _of(name: str) -> Metric:
    def true_findings(rows: Rows) -> int:
        return sum(positives(row, name) for row in rows)

    return Metric(f"finding_f1:{name}", finding_f1(name), "true findings", true_findings)


@dataclass(frozen=True)
class Metric:
    """Higher is better for all of them so far. `empty` is the score of no rows: NaN, for there is nothing to score.

    `size` is the n that stands beside the score: how many of `unit` it rests on.
    """

    name: str
    score: Score
    unit: str
    size: Callable[[Rows], int] = len
    bottom: float = 0.0
    top: float = 1.0
    empty: float = float("nan")


_METRICS = (
    Metric("finding_micro_f1", finding_f1(), "studies"),
    Metric("finding_precision", finding_precision, "studies"),
    Metric("finding_recall", finding_recall, "studies"),
    Metric("side_accuracy", side_accuracy, "true-positive findings with a side", _judged_sides),
    Metric("grounded_f1_50", grounded_f1(IOU), "true boxes", _true_boxes),
    Metric("mean_iou", mean_iou(IOU), "matched boxes", _matched_boxes),
    Metric("accuracy", accuracy, "answers"),
    Metric("balanced_accuracy", balanced_accuracy, "answers"),
    Metric("token_f1", token_f1, "answers"),
    Metric("macro_auroc", macro_auroc, "images", _studies),
    *(_of(name) for name in FINDINGS),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _METRICS}
