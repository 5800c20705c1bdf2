from __future__ import annotations

from math import log

import pytest

from retrieval.context.cut import before_the_drop


@pytest.mark.parametrize(
    ("scores", "gamma", "kept"),
    [
        ([0.9, 0.8, 0.4, 0.39], 0.1, 2),
        ([0.9, 0.8, 0.4, 0.1], 0.1, 3),
        ([0.9, 0.88, 0.86], 0.1, 3),
        ([0.8, 0.4, 0.2], 0.1, 1),
        ([0.8, 0.4], log(2) + 1e-9, 2),
        ([0.9, 0.89, 0.0, -0.3], 5.0, 2),
        ([0.0, -0.2], 0.1, 2),
        ([0.7], 0.1, 1),
        ([], 0.1, 0),
    ],
    ids=[
        "largest fall",
        "not the first fall",
        "no fall",
        "first of equal falls",
        "gamma is exceeded, not reached",
        "to nothing",
        "nothing to fall from",
        "alone",
        "empty",
    ],
)
def test_cut(scores: list[float], gamma: float, kept: int) -> None:
    assert before_the_drop(scores, gamma) == kept
