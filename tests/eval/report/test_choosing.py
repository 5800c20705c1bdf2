from __future__ import annotations

import pytest

from eval.report.choosing import choose
from eval.report.groups import group_rows
from tests.eval.report.made import closed

GROUPS = group_rows([closed(f"s{i:02d}", i, "yes", "no" if i % 4 == 0 else "yes", 0.9) for i in range(20)])
"""Of 20 studies every fourth is wrong."""


def shown(limit: int, seed: int = 0) -> list[str]:
    return [group.study_id for group in choose(GROUPS, limit, seed).shown]


def test_all_where_there_is_room() -> None:
    assert len(shown(20)) == 20
    assert choose(GROUPS, 20, 0).note == "All 20 cases, 5 of them with an error."


def test_wrong_ones_first_then_a_sample_in_the_order_of_the_data() -> None:
    names = shown(8)
    assert {"s00", "s04", "s08", "s12", "s16"} < set(names)
    assert names == sorted(names)
    assert names == shown(8) != shown(8, seed=1)
    assert choose(GROUPS, 8, 0).note == (
        "8 of 20 cases: all 5 with an error, and 3 drawn at random (seed 0) from the 15 others."
    )


@pytest.mark.parametrize("limit", [1, 3])
def test_a_sample_of_too_many_wrong_ones(limit: int) -> None:
    assert len(shown(limit)) == limit
    assert all(int(name[1:]) % 4 == 0 for name in shown(limit))
    assert "from the 5 with an error" in choose(GROUPS, limit, 0).note
