"""A timeline as a picture: a line a finding, a mark a visit, and between two visits what became of it."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from radiology.datasets.whole_file import whole_file
from radiology.errors import SightlineError
from radiology.study import Certainty, Change, Severity
from radiology.timeline.record import Cell, Row, Step, Timeline, Visit
from radiology.timeline.wording import NOT_COMPARED, row_name

COLOURS = {
    Change.NEW: "#CC79A7",
    Change.WORSE: "#D55E00",
    Change.STABLE: "#555555",
    Change.BETTER: "#0072B2",
    Change.RESOLVED: "#009E73",
}
"""Told apart by colour-blind readers too (Okabe and Ito 2008); every line also bears its word."""
_FAINT = "#AAAAAA"
_SIZES = {Severity.SMALL: 7.0, None: 10.0, Severity.MODERATE: 11.0, Severity.LARGE: 15.0}
_ROW, _COLUMN, _MARGIN = 0.62, 2.1, 1.5
"""Inches."""
DPI = 110


def write_plot(timeline: Timeline, path: Path) -> None:
    """Draw `timeline` into a PNG file, whole or not at all. Visits stand at equal distances, whatever lies between.

    Raises SightlineError for a name that is no `.png` or a place that cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise SightlineError(f"`{path}`: a plot is a PNG, give a name that ends in .png.")
    figure = _drawn(timeline)
    try:
        with whole_file(path, "wb") as file:
            figure.savefig(file, format="png", dpi=DPI)
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be written ({error.strerror}), choose another place.") from error


def _drawn(timeline: Timeline) -> Figure:
    rows, visits = len(timeline.rows), len(timeline.visits)
    figure = Figure(figsize=(3.2 + _COLUMN * max(visits, 2), _MARGIN + _ROW * max(rows, 1)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for y, row in enumerate(timeline.rows):
        _row(axes, y, row)
    if not rows:
        axes.text((visits - 1) / 2, 0, "no finding is known or seen", ha="center", va="center", color="#333333")
    axes.set_xlim(-0.4, max(visits, 2) - 0.6)
    axes.set_ylim(max(rows, 1) - 0.4, -0.6)
    axes.set_xticks(range(visits), _dates(timeline.visits))
    axes.set_yticks(range(rows), ["\n".join(textwrap.wrap(row_name(row), 26)) for row in timeline.rows])
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    figure.supxlabel(f"{_legend(timeline)}\n{timeline.notice}.", fontsize=8)
    return figure


def _legend(timeline: Timeline) -> str:
    marks = "full: present, empty: absent, ?: unknown or uncertain"
    starred = any(step.caveat for row in timeline.rows for step in row.steps)
    return f"{marks}, *: with a caveat that the table tells" if starred else marks


def _row(axes: Axes, y: int, row: Row) -> None:
    for x, step in enumerate(row.steps):
        _step(axes, x, y, step)
    for x, cell in enumerate(row.cells):
        _cell(axes, x, y, cell)


def _step(axes: Axes, x: int, y: int, step: Step) -> None:
    if step.change is None:
        dots = ":" if step.basis is None else "-"
        axes.plot([x, x + 1], [y, y], linestyle=dots, color=_FAINT, linewidth=1.2, zorder=1)
        word = "" if step.basis else NOT_COMPARED
    else:
        axes.plot([x, x + 1], [y, y], color=COLOURS[step.change], linewidth=3, zorder=1)
        word = f"{step.change}*" if step.caveat else str(step.change)
    colour = COLOURS[step.change] if step.change else "#777777"
    axes.annotate(word, (x + 0.5, y), (0, 4), textcoords="offset points", ha="center", fontsize=9, color=colour)


def _cell(axes: Axes, x: int, y: int, cell: Cell) -> None:
    if cell.certainty is None or cell.certainty is Certainty.UNCERTAIN:
        background = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(x, y, "?", ha="center", va="center", color="#555555", fontsize=11, bbox=background, zorder=2)
        return
    there = cell.certainty is Certainty.PRESENT
    size = _SIZES[cell.severity] if there else 7.0
    face, edge = ("#222222", "#222222") if there else ("white", "#777777")
    axes.plot([x], [y], "o", markersize=size, markerfacecolor=face, markeredgecolor=edge, zorder=2)
    if (words := _grade(cell)) and there:
        axes.annotate(words, (x, y), (0, -9), textcoords="offset points", ha="center", va="top", fontsize=7.5)


def _grade(cell: Cell) -> str:
    return cell.severity or (f"{cell.size_mm:g} mm" if cell.size_mm else cell.position or "")


def _dates(visits: tuple[Visit, ...]) -> list[str]:
    """Date, view, and days since the visit before."""
    gaps = ["", *(_gap(before, now) for before, now in pairwise(visits))]
    return [f"{each.day}\n{each.projection or 'no film'}\n{gap}" for each, gap in zip(visits, gaps, strict=True)]


def _gap(before: Visit, now: Visit) -> str:
    return f"+{(now.date - before.date).days} d" if before.date and now.date else ""
