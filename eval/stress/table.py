"""What a stress test gives: numbers with their intervals, as JSON for machines and Markdown for a model card."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from eval.metrics.bootstrap import LEVEL
from eval.metrics.weighting import Array
from radiology.study import ModelInfo, Noun


class StressRow(Noun):
    """One number under its labels, with its percentile interval; `n` says how many it rests on. Undefined is None."""

    labels: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    n: int


class StressTable(Noun):
    """`columns` names the labels of the rows. `across` is the one of them that Markdown spreads over columns.

    `notes` say what was done: parameters, what is counted, what was left out.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[StressRow, ...]
    across: str | None = None
    notes: tuple[str, ...] = ()

    def to_markdown(self) -> str:
        """A heading, the notes and the table."""
        at = len(self.columns) if self.across is None else self.columns.index(self.across)
        spread = tuple(dict.fromkeys(row.labels[at] for row in self.rows)) if self.across else ("value",)
        lines: dict[tuple[str, ...], dict[str, StressRow]] = {}
        for row in self.rows:
            lines.setdefault(_without(row.labels, at), {})[row.labels[at] if self.across else "value"] = row
        head = (*_without(self.columns, at), *spread, "n")
        body = [(*labels, *(_cell(cells.get(name)) for name in spread), _n(cells)) for labels, cells in lines.items()]
        table = "\n".join(_line(cells) for cells in (head, ("---",) * len(head), *body))
        return "\n\n".join((f"### {self.title}", *self.notes, table)) + "\n"


class StressRun(Noun):
    """The tables of one model on one set of studies: `split_hash`, `part` and `n` are those of an evaluation's
    signature."""

    benchmark: str
    model: ModelInfo
    split_hash: str
    part: str
    n: int
    tables: tuple[StressTable, ...]

    def to_markdown(self) -> str:
        about = f"{self.model.id} {self.model.hash[:12]} on {self.n} studies of {self.benchmark} ({self.part})."
        return "\n".join((f"{about}\n", *(table.to_markdown() for table in self.tables)))


def estimated(labels: tuple[str, ...], values: Array, n: int) -> StressRow:
    """A row from `values` [1 + R]: the plain value, then those of the resamples; undefined ones are passed over."""
    known = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(known) else (math.nan, math.nan)
    return StressRow(labels=labels, value=_known(values[0]), low=_known(low), high=_known(high), n=n)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _without(labels: Sequence[str], at: int) -> tuple[str, ...]:
    return (*labels[:at], *labels[at + 1 :])


def _cell(row: StressRow | None) -> str:
    if row is None or row.value is None:
        return "" if row is None else "undefined"
    return f"{row.value:.3f}" + ("" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})")


def _n(cells: dict[str, StressRow]) -> str:
    return ", ".join(dict.fromkeys(str(row.n) for row in cells.values()))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
