from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from mllm.draft.calibration.abstention import LEVEL, SHARES, abstain_below, upper_bound


def test_the_bound_is_where_so_few_errors_become_unlikely() -> None:
    assert float(binom.cdf(3, 50, upper_bound(3, 50, 0.05))) == pytest.approx(0.05)
    assert upper_bound(0, 20, 0.05) == pytest.approx(1 - 0.05 ** (1 / 20))
    assert upper_bound(4, 4, 0.05) == 1.0


def test_the_largest_share_that_is_good_enough_stands() -> None:
    """The less certain half is wrong half of the time."""
    confidences = np.linspace(0.5, 1.0, 2000)
    right = np.arange(2000) % 2 == 0
    right[1000:] = True
    cut = abstain_below(confidences.tolist(), right.tolist(), 0.1)
    kept = confidences >= cut
    assert 1 - right[kept].mean() < 0.1
    assert 0.5 < kept.mean() < 0.65


def test_where_all_is_right_all_stands_that_is_likelier_right_than_wrong() -> None:
    assert abstain_below([0.3, 0.9] * 500, [True] * 1000, 0.1) == 0.5


def test_too_few_sentences_prove_nothing() -> None:
    assert abstain_below([0.99] * 10, [True] * 10, 0.1) == 1.0
    assert abstain_below([], [], 0.1) == 1.0


def test_ties_stand_or_fall_together() -> None:
    """Of equal confidences none can be kept alone, however their rows are ordered."""
    assert abstain_below([0.8] * 400, [True] * 300 + [False] * 100, 0.1) == 1.0


def test_the_promise_is_kept_on_new_sentences() -> None:
    """Of a hundred calibrations at most a few let more errors stand than they promise."""
    rng, broken = np.random.default_rng(0), 0
    for _ in range(100):
        confidences = rng.uniform(0.5, 1.0, 300)
        cut = abstain_below(confidences.tolist(), (rng.random(300) < confidences).tolist(), 0.15)
        stands = np.linspace(max(cut, 0.5), 1.0, 1000)
        broken += cut < 1 and 1 - stands.mean() > 0.15
    assert broken <= 100 * (1 - LEVEL)
    assert SHARES[0] == 1.0
