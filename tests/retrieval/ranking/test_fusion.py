from __future__ import annotations

import pytest

from retrieval.ranking.fusion import fuse


def test_the_sums_of_the_paper() -> None:
    fused = fuse([[7, 8, 9], [9, 7]], [1.0, 1.0])
    assert [row for row, _ in fused] == [7, 9, 8]
    assert [score for _, score in fused] == pytest.approx([1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62])


def test_in_two_lists_beats_first_in_one() -> None:
    assert fuse([[1, 2], [3, 2]], [1, 1])[0][0] == 2


def test_weights_decide() -> None:
    assert [row for row, _ in fuse([[1, 2], [2, 1]], [1, 3])] == [2, 1]
    assert [row for row, _ in fuse([[1, 2], [5, 6]], [1, 0])] == [1, 2]


def test_one_list_keeps_its_order_and_equals_keep_the_first_list_in_front() -> None:
    assert [row for row, _ in fuse([[4, 2, 9]], [0.1])] == [4, 2, 9]
    assert [row for row, _ in fuse([[4], [5]], [1, 1])] == [4, 5]


def test_a_row_that_stands_twice_counts_once() -> None:
    assert dict(fuse([[4, 4, 5]], [1])) == pytest.approx({4: 1 / 61, 5: 1 / 62})


def test_nothing_gives_nothing() -> None:
    assert fuse([], []) == fuse([[], []], [1, 1]) == []


@pytest.mark.parametrize("weights", [[1.0], [1.0, -0.1]])
def test_wrong_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="2 lists need as many weights"):
        fuse([[1], [2]], weights)
