from __future__ import annotations

import pytest

from eval.prediction import Prediction
from eval.sheet import Line, task
from eval.stress.subgroups import subgroups

LINES = [Line("closed_accuracy", "accuracy", task("closed"))]


def rows(group: str, n: int, right: int, kind: str = "sex") -> list[Prediction]:
    return [
        Prediction(
            id=f"{group}{i}",
            task="closed",
            prediction="yes",
            reference="yes" if i < right else "no",
            study_id=f"{group}{i}",
            groups={kind: group} if group else {},
        )
        for i in range(n)
    ]


def test_scores_by_group_and_the_largest_gap_by_hand() -> None:
    table = subgroups(LINES, [*rows("F", 20, 18), *rows("M", 20, 12), *rows("X", 20, 14), *rows("", 9, 0)], seed=0)
    values = {row.labels[1:]: (row.value, row.n) for row in table.rows}
    assert values == {
        ("sex", "F"): (0.9, 20),
        ("sex", "M"): (0.6, 20),
        ("sex", "X"): (0.7, 20),
        ("sex", "largest gap: F against M"): (pytest.approx(0.3), 40),
    }
    gap = table.rows[-1]
    assert gap.low is not None
    assert gap.high is not None
    assert 0.0 < gap.low < 0.3 < gap.high < 0.6


def test_small_groups_are_shown_but_make_no_gap() -> None:
    table = subgroups(LINES, [*rows("F", 20, 20), *rows("M", 20, 19), *rows("X", 9, 0)], seed=0)
    assert [row.labels[2] for row in table.rows] == ["F", "M", "X", "largest gap: F against M"]
    assert "largest gap" not in str(subgroups(LINES, [*rows("F", 20, 20), *rows("X", 9, 0)], seed=0).rows)


def test_equal_groups_have_a_gap_of_nothing_between_two_of_them() -> None:
    table = subgroups(LINES, [*rows("F", 20, 10), *rows("M", 20, 10)], seed=0)
    assert (table.rows[-1].labels[2], table.rows[-1].value) == ("largest gap: F against M", 0.0)


def test_a_kind_with_one_group_has_nothing_to_compare() -> None:
    assert subgroups(LINES, rows("F", 20, 10), seed=0).rows == ()
    assert subgroups(LINES, [], seed=0).rows == ()
