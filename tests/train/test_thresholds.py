"""Thresholds of the image-level heads against values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from train.thresholds import between


def test_between_overlapping_kinds_lies_what_is_neither() -> None:
    absent, present = np.linspace(0.0, 0.6, 101), np.linspace(0.2, 1.0, 101)
    assert list(between(absent, present)) == pytest.approx([0.24, 0.57])


def test_a_gap_is_cut_in_three_parts_of_log_odds() -> None:
    lower, upper = between(np.full(20, 0.1), np.full(20, 0.9))  # log-odds -2.197 and 2.197
    assert [lower, upper] == pytest.approx([0.3247, 0.6753], abs=1e-4)


def test_too_few_films_leave_the_default() -> None:
    assert between(np.zeros(4), np.ones(50)) == (0.2, 0.8)
