"""A reading is kept for the very same rows, and for no others."""

from __future__ import annotations

import pytest

from eval.metrics import once as once_file
from eval.metrics.once import once
from eval.metrics.weighting import Rows
from tests.eval.metrics.rows import question


def test_the_same_rows_are_read_once_and_others_anew() -> None:
    seen: list[int] = []

    @once
    def read(rows: Rows) -> list[str]:
        seen.append(len(rows))
        return [row.id for row in rows]

    rows = [question(i, "yes", "no") for i in range(3)]
    assert read(rows) is read(list(rows)) is read(tuple(rows))
    assert seen == [3]
    assert read(rows[::-1]) == read(rows)[::-1]
    assert read(rows[:2]) == read(rows)[:2]
    assert seen == [3, 3, 2]


def test_equal_rows_are_other_rows_even_where_hashes_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once_file._TheseRows, "__hash__", lambda _self: 1)

    @once
    def read(rows: Rows) -> list[object]:
        return list(rows)

    one, same = question(1, "yes", "no"), question(1, "yes", "no")
    assert one == same
    assert read([one])[0] is one
    assert read([same])[0] is same
    assert read([one, same])[0] is one
    assert read([same, one])[0] is same


def test_rows_that_are_gone_are_not_taken_for_new_ones() -> None:
    @once
    def read(rows: Rows) -> str | None:
        return rows[0].prediction

    assert [read([question(1, str(i), "no")]) for i in range(50)] == [str(i) for i in range(50)]
