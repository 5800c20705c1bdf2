from __future__ import annotations

import numpy as np
import pytest

from mllm.draft.calibration.conformal import Band, fit_bands, upper_end
from radiology.study import Certainty

PRESENT, ABSENT = Certainty.PRESENT, Certainty.ABSENT


def films(n: int, shown: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and truth [n, 1] of a finding that `shown` of the films have and a head half sees."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < shown).astype(float)
    scores = rng.normal(loc=1.5 * truth - 1.0)
    return 1 / (1 + np.exp(-scores))[:, None], truth[:, None]


def test_the_end_is_the_corrected_quantile() -> None:
    scores = np.arange(1.0, 20.0)  # 19 scores: the 18th smallest, since 20 * .9 = 18
    assert upper_end(scores, 0.9) == 18.0
    assert upper_end(scores[:8], 0.9) == np.inf


def test_what_is_true_is_in_the_set_as_often_as_stated() -> None:
    probabilities, truth = films(1500, 0.3, 0)
    band = fit_bands(["nodule"], probabilities, truth, 0.9)["nodule"]
    fresh, known = films(4000, 0.3, 1)
    for value, certainty in ((1.0, PRESENT), (0.0, ABSENT)):
        own = fresh[known == value]
        assert np.mean([certainty in band.set_of(p) for p in own]) == pytest.approx(0.9, abs=0.03)


def test_sets_of_one_both_and_none() -> None:
    doubtful = Band(present=0.2, absent=0.6, shown=30, free=30)
    assert doubtful.set_of(0.1) == {ABSENT}
    assert doubtful.set_of(0.4) == {PRESENT, ABSENT}
    assert doubtful.set_of(0.7) == {PRESENT}
    assert Band(present=0.6, absent=0.2, shown=30, free=30).set_of(0.4) == set()


def test_a_rare_finding_borrows_from_the_common_one() -> None:
    common, common_truth = films(1000, 0.3, 2)
    rare, rare_truth = films(1000, 0.005, 3)
    faint = rare / 10  # its head speaks on another scale
    both = fit_bands(["nodule", "hernia"], np.hstack([common, faint]), np.hstack([common_truth, rare_truth]), 0.9)
    assert both["hernia"].shown < 10
    assert 0 < both["hernia"].present < 0.1
    assert both["hernia"].present == pytest.approx(both["nodule"].present / 10, rel=0.5)


def test_a_finding_that_is_never_free_or_never_shown_cannot_be_excluded() -> None:
    band = fit_bands(["nodule"], np.full((5, 1), 0.4), np.zeros((5, 1)), 0.9)["nodule"]
    assert band.set_of(0.01) == {PRESENT, ABSENT}


def test_what_is_unknown_of_every_film_has_no_band() -> None:
    assert fit_bands(["nodule"], np.full((5, 1), 0.4), np.full((5, 1), np.nan), 0.9) == {}
