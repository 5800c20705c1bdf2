"""A timeline as a table for a terminal, its reasons as numbered lines below, the notice at the end."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

from radiology.timeline.record import Row, Step, Timeline
from radiology.timeline.wording import NOT_COMPARED, cell_words, row_name, step_words, visit_name

WIDTH = 100
COLUMNS = 3
"""Visits beside each other; a longer course is told in several tables, each beginning where the last one ended."""


def to_text(timeline: Timeline) -> str:
    """The whole timeline, without a line end after the last line."""
    out = StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, highlight=False, markup=False, emoji=False)
    console.print(f"Timeline of {timeline.study_id}: {_counted(timeline)}")
    numbers: dict[str, int] = {}
    if timeline.rows:
        for first in range(0, max(len(timeline.visits) - 1, 1), COLUMNS - 1):
            console.print(_table(timeline, first, numbers))
    else:
        console.print("\nNo finding is known or seen at any visit.\n")
    for reason, number in numbers.items():
        console.print(f"({number}) {reason}")
    for note in timeline.notes:
        console.print(f"Note: {note}.")
    console.print(f"{timeline.notice}.")
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().split("\n"))


def _counted(timeline: Timeline) -> str:
    visits, rows = len(timeline.visits), len(timeline.rows)
    return f"{visits} visit{'s' if visits != 1 else ''}, {rows} finding{'s' if rows != 1 else ''}"


def _table(timeline: Timeline, first: int, numbers: dict[str, int]) -> Table:
    """The visits from `first` on; below what is known stands what became of it since the visit before."""
    table = Table(box=box.ASCII2, show_lines=True, width=WIDTH)
    visits = timeline.visits[first : first + COLUMNS]
    table.add_column("finding", ratio=2)
    for visit in visits:
        table.add_column(visit_name(visit), ratio=3)
    for row in timeline.rows:
        table.add_row(row_name(row), *_cells(row, first, len(visits), numbers))
    return table


def _cells(row: Row, first: int, count: int, numbers: dict[str, int]) -> Iterator[str]:
    yield cell_words(row.cells[first])
    for index in range(first + 1, first + count):
        yield f"{cell_words(row.cells[index])}\n> {_numbered(row.steps[index - 1], numbers)}"


def _numbered(step: Step, numbers: dict[str, int]) -> str:
    """The step, with the number of the line that tells why it was not compared or what to keep in mind."""
    words = step_words(step)
    remark = step.reason if words == NOT_COMPARED else step.caveat
    if not remark:
        return words
    return f"{words} ({numbers.setdefault(remark, len(numbers) + 1)})"
