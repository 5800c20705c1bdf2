from __future__ import annotations

import numpy as np
import pytest

from eval.report.curves import Bin, precision_recall, reliability, risk_coverage, roc, wilson

STATED = np.array([0.9, 0.8, 0.8, 0.3])
TRUE = np.array([True, True, False, False])


def test_roc_moves_ties_together() -> None:
    points = roc(STATED, TRUE)
    assert points.x.tolist() == [0, 0, 0.5, 1]
    assert points.y.tolist() == [0, 0.5, 1, 1]


def test_precision_and_recall() -> None:
    points = precision_recall(STATED, TRUE)
    assert points.x.tolist() == [0.5, 1, 1]
    assert points.y.tolist() == pytest.approx([1, 2 / 3, 0.5])


def test_risk_of_the_surest() -> None:
    points = risk_coverage(STATED, TRUE)
    assert points.x.tolist() == [0.25, 0.75, 1]
    assert points.y.tolist() == pytest.approx([0, 1 / 3, 0.5])


def test_one_class_leaves_a_rate_undefined() -> None:
    assert np.isnan(roc(STATED, np.ones(4, dtype=bool)).x[1:]).all()


def test_bins_hold_their_rows() -> None:
    bins = reliability(np.array([0.05, 0.1, 0.19, 1.0]), np.array([False, True, False, True]))
    assert [each.n if each else 0 for each in bins] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert isinstance(bins[1], Bin)
    assert (bins[1].mean, bins[1].share) == pytest.approx((0.145, 0.5))


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [(5, 10, (0.2366, 0.7634)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (1, 1, (0.2065, 1.0))],
)
def test_wilson_interval_as_tables_have_it(hits: int, n: int, expected: tuple[float, float]) -> None:
    assert wilson(hits, n) == pytest.approx(expected, abs=5e-5)
