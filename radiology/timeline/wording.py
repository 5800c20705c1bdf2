"""How a timeline is put into words: rows, cells and steps, for the table and for the plot."""

from __future__ import annotations

from radiology.findings import FINDINGS
from radiology.study import Certainty
from radiology.timeline.record import Cell, Row, Step, Visit

NOT_COMPARED = "not compared"


def row_name(row: Row) -> str:
    """The finding and its side, as in "left pleural effusion"."""
    name = FINDINGS[row.name].text if row.name in FINDINGS else row.name.replace("_", " ")
    return f"{row.side} {name}" if row.side else name


def visit_name(visit: Visit) -> str:
    """Date and view: "2020-01-06 PA", "undated, no film"."""
    return f"{visit.day}, no film" if visit.projection is None else f"{visit.day}, {visit.projection}"


def cell_words(cell: Cell) -> str:
    """What is known and from where: "moderate (report, heads .93)", "absent (heads .02)", "unknown"."""
    if cell.certainty is None:
        return "unknown"
    seen = f"heads .{min(round(cell.seen.probability * 100), 99):02d}" if cell.seen else ""
    told = cell.source if cell.source != "heads" else ""
    sources = ", ".join(filter(None, (told, f"{seen} disagree" if cell.disagrees else seen)))
    return f"{_state(cell)} ({sources})"


def _state(cell: Cell) -> str:
    if cell.certainty is not Certainty.PRESENT:
        return str(cell.certainty)
    size = f"{cell.size_mm:g} mm" if cell.size_mm else ""
    return ", ".join(filter(None, (cell.severity or size, cell.position))) or "present"


def step_words(step: Step) -> str:
    """The change and what it rests on: "worse (severity)", "not compared"; "-" for what is absent on both."""
    if step.change is None:
        return "-" if step.basis else NOT_COMPARED
    against = f", heads: {step.heads}" if step.heads not in (None, step.change) else ""
    return f"{step.change} ({step.basis}{against})"
