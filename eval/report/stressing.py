"""Stress tables as the page shows them: the labels of a row, then its numbers, side by side where the table spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.report.strips import Scale, scale_for, strip
from eval.report.wording import number
from eval.sheet import Score
from eval.stress.table import StressRow, StressTable

LONG = 24
"""Lines from which on a table is folded."""


@dataclass(frozen=True)
class StressCell:
    value: str
    interval: str
    bar: Markup


@dataclass(frozen=True)
class StressLine:
    labels: tuple[str, ...]
    cells: tuple[StressCell | None, ...]
    n: str


@dataclass(frozen=True)
class StressView:
    """`columns` heads the labels, `spread` the numbers."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    spread: tuple[str, ...]
    lines: tuple[StressLine, ...]

    @property
    def folded(self) -> bool:
        return len(self.lines) > LONG


def stress_view(table: StressTable) -> StressView:
    """Rows that differ only in the label the table is spread over share a line."""
    at = len(table.columns) if table.across is None else table.columns.index(table.across)
    spread = tuple(dict.fromkeys(row.labels[at] for row in table.rows)) if table.across else ("value",)
    lines: dict[tuple[str, ...], dict[str, StressRow]] = {}
    for row in table.rows:
        lines.setdefault(_without(row.labels, at), {})[row.labels[at] if table.across else "value"] = row
    scale = _scale(table.rows)
    shown = tuple(_line(labels, [cells.get(name) for name in spread], scale) for labels, cells in lines.items())
    notes = tuple(note.replace("`", "") for note in table.notes)
    return StressView(table.title, notes, _without(table.columns, at), spread, shown)


def _line(labels: tuple[str, ...], rows: Sequence[StressRow | None], scale: Scale) -> StressLine:
    counts = dict.fromkeys(f"{row.n:,}" for row in rows if row is not None)
    return StressLine(labels, tuple(None if row is None else _cell(row, scale) for row in rows), " / ".join(counts))


def _cell(row: StressRow, scale: Scale) -> StressCell:
    told = "" if row.low is None or row.high is None else f"{number(row.low)} to {number(row.high)}"
    return StressCell(number(row.value), told, strip(_score(row), {}, scale))


def _score(row: StressRow) -> Score:
    return Score(value=row.value, low=row.low, high=row.high, n=row.n, n_failed=0)


def _scale(rows: Sequence[StressRow]) -> Scale:
    """0 to 1 where all values lie there, else wide enough for them and for 0."""
    wide = scale_for(float("-inf"), float("inf"), map(_score, rows))
    return Scale(min(0.0, wide.left), max(1.0, wide.right))


def _without(labels: Sequence[str], at: int) -> tuple[str, ...]:
    return (*labels[:at], *labels[at + 1 :])
