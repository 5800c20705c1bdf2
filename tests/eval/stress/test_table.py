from __future__ import annotations

import numpy as np
import pytest

from eval.stress.table import StressRow, StressTable, estimated


def row(*labels: str, value: float | None = 0.5, n: int = 9) -> StressRow:
    return StressRow(labels=labels, value=value, low=None if value is None else 0.4, high=0.6, n=n)


def test_one_label_may_be_spread_over_columns() -> None:
    rows = (row("noise", "1"), row("noise", "2", value=None), row("blur", "2", n=8))
    table = StressTable(
        name="t", title="Title", columns=("kind", "severity"), rows=rows, across="severity", notes=("N.",)
    )
    assert table.to_markdown() == (
        "### Title\n\nN.\n\n"
        "| kind | 1 | 2 | n |\n| --- | --- | --- | --- |\n"
        "| noise | 0.500 (0.400 to 0.600) | undefined | 9 |\n"
        "| blur |  | 0.500 (0.400 to 0.600) | 8 |\n"
    )


def test_without_spreading_a_row_is_a_line_and_bars_do_not_break_it() -> None:
    table = StressTable(name="t", title="T", columns=("a", "b"), rows=(row("x|y", "z"),))
    assert table.to_markdown().splitlines()[-1] == "| x/y | z | 0.500 (0.400 to 0.600) | 9 |"
    assert table.to_markdown().splitlines()[-3] == "| a | b | value | n |"


def test_json_comes_back() -> None:
    table = StressTable(name="t", title="T", columns=("a",), rows=(row("x", value=None),))
    assert StressTable.model_validate_json(table.model_dump_json()) == table


def test_the_interval_is_over_resamples_that_define_the_value() -> None:
    values = np.array([0.25, *np.linspace(0, 1, 101), np.nan])
    assert estimated(("x",), values, 7) == StressRow(labels=("x",), value=0.25, low=0.025, high=0.975, n=7)
    nothing = estimated(("x",), np.array([np.nan, np.nan]), 0)
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)
    assert estimated(("x",), np.array([1 / 3, 1 / 3]), 1).value == pytest.approx(0.333333)
