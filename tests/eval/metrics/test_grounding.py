"""Boxes against true boxes, worked by hand."""

from __future__ import annotations

import pytest

from eval.metrics.table import METRICS
from radiology.overlap import iou
from radiology.study import Box
from tests.eval.metrics.rows import LEFT, RIGHT, finding, report, value


def box(view: str, x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(view=view, x0=x0, y0=y0, x1=x1, y1=y1)


def test_iou_by_hand() -> None:
    assert iou(box("a", 0, 0, 0.4, 0.4), box("a", 0.2, 0.2, 0.6, 0.6)) == pytest.approx(0.04 / 0.28)
    assert iou(box("a", 0, 0, 0.4, 0.4), box("b", 0, 0, 0.4, 0.4)) == 0.0
    assert iou(box("a", 0, 0, 0.4, 0.4), box("a", 0.4, 0, 0.6, 0.4)) == 0.0


def test_missed_and_false_boxes_count_and_the_finding_has_to_fit() -> None:
    shifted = box("frontal", 0.6, 0.2, 0.9, 0.44)
    rows = [
        report(1, [finding("nodule", boxes=(shifted, LEFT))], [finding("nodule", boxes=(LEFT,))]),
        report(2, [finding("mass", boxes=(LEFT,))], [finding("nodule", boxes=(LEFT,))]),
        report(3, [], [finding("nodule", boxes=(LEFT, RIGHT))]),
        report(4, [finding("nodule", boxes=(shifted,))], [finding("nodule", boxes=(LEFT,))]),
    ]
    assert value("grounded_f1_50", rows) == pytest.approx(2 * 2 / (4 + 5))
    assert value("mean_iou", rows) == pytest.approx((1 + 0.8) / 2)
    assert METRICS["grounded_f1_50"].size(rows) == 5


def test_three_thresholds_by_hand() -> None:
    shrunk = LEFT.model_copy(update={"y1": 0.38})
    rows = [
        report(1, [finding("mass", boxes=(shrunk, RIGHT))], [finding("mass", boxes=(LEFT,))]),
        report(2, [finding("mass", boxes=(LEFT,))], [finding("mass", boxes=(LEFT,))]),
    ]
    assert value("grounded_f1_30", rows) == pytest.approx(4 / 5)
    assert value("grounded_f1_50", rows) == pytest.approx(4 / 5)
    assert value("grounded_f1_75", rows) == pytest.approx(2 / 5)
    assert value("mean_iou_30", rows) == value("mean_iou", rows) == pytest.approx((0.6 + 1) / 2)
    assert value("mean_iou_75", rows) == 1.0
