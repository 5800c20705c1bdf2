from __future__ import annotations

from eval.report.stressing import stress_view
from eval.stress.table import StressRow, StressTable


def row(*labels: str, value: float | None, n: int = 5) -> StressRow:
    return StressRow(labels=labels, value=value, low=None, high=None, n=n)


def test_a_table_spread_over_one_of_its_labels() -> None:
    table = StressTable(
        name="t",
        title="Noise",
        columns=("kind", "severity"),
        rows=(row("noise", "1", value=0.9), row("noise", "2", value=0.5, n=4), row("blur", "2", value=None)),
        across="severity",
    )
    view = stress_view(table)
    assert (view.columns, view.spread) == (("kind",), ("1", "2"))
    assert [[cell.value if cell else None for cell in line.cells] for line in view.lines] == [
        ["0.900", "0.500"],
        [None, "–"],
    ]
    assert [line.n for line in view.lines] == ["5 / 4", "5"]


def test_a_plain_table_and_its_scale() -> None:
    table = StressTable(name="t", title="Gap", columns=("a",), rows=(row("x", value=-1.0), row("y", value=3.0)))
    view = stress_view(table)
    assert view.spread == ("value",)
    bars = [cell.bar for line in view.lines for cell in line.cells if cell]
    assert 'cx="0.00%"' in bars[0]
    assert 'cx="100.00%"' in bars[1]
    assert not view.folded
