from __future__ import annotations

import numpy as np
import pytest

from retrieval.ranking.diversity import resemblance, shingles, spread

VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
WORTH = [0.9, 0.88, 0.5, 0.7]


def test_without_diversity_the_relevant_come_first() -> None:
    assert spread(WORTH, VECTORS, 4, 0.0) == [0, 1, 3, 2]


def test_a_copy_waits() -> None:
    # after 0: the copy is worth .44 - .5, the third .25 - 0, the last .35 - .3; then the last is worth .35 - .4
    assert spread(WORTH, VECTORS, 4, 0.5) == [0, 2, 3, 1]


def test_only_what_is_new() -> None:
    assert spread(WORTH, VECTORS, 2, 1.0) == [0, 2]


def test_never_more_than_there_are() -> None:
    assert spread([], np.zeros((0, 2), np.float32), 3, 0.3) == []
    assert sorted(spread(WORTH, VECTORS, 9, 0.3)) == [0, 1, 2, 3]
    assert spread(WORTH, VECTORS, 0, 0.3) == []


def test_resemblance_by_hand() -> None:
    one, other = shingles("A small left effusion is seen."), shingles("a small LEFT effusion, is new")
    assert one == {
        ("a", "small", "left", "effusion"),
        ("small", "left", "effusion", "is"),
        ("left", "effusion", "is", "seen"),
    }
    assert resemblance(one, other) == pytest.approx(2 / 4)


def test_short_and_empty_texts() -> None:
    assert shingles("Normal.") == {("normal",)}
    assert resemblance(shingles("Normal."), shingles("normal")) == 1.0
    assert resemblance(shingles(""), shingles("...")) == 0.0
