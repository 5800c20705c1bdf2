"""The nouns of a timeline: what is known of each finding at each examination, and what became of it in between."""

from __future__ import annotations

from datetime import date as Date
from typing import Literal, Self

from pydantic import Field, model_validator

from radiology.study import NOTICE, Certainty, Change, Noun, Projection, Severity, Side

SCHEMA_VERSION = "1"
Source = Literal["listed", "report", "heads"]
Basis = Literal["listed", "report", "presence", "size", "severity", "heads"]


class Visit(Noun):
    """One examination, `current` for the study itself. `projection` is that of the film it is compared by, None without
    one; `source` is where its findings are known from, None where only the heads may tell; `unread` is why the heads
    did not read its film."""

    study_id: str
    current: bool = False
    date: Date | None = None
    projection: Projection | None = None
    source: Literal["listed", "report"] | None = None
    compared_with: str = ""
    unread: str = ""

    @property
    def day(self) -> str:
        """Its date, or what to call it without one."""
        return str(self.date) if self.date else "this study" if self.current else "undated"


class Seen(Noun):
    """What the heads make of one finding on one side of one film: uncertain between their thresholds.

    `probability` is the image-level head's, which knows no sides. `amount` grows with the finding: it can be compared
    between two films of one patient in one projection, and is None where no map shows the finding.
    """

    certainty: Certainty
    probability: float = Field(ge=0, le=1)
    amount: float | None = None


class Cell(Noun):
    """What is known of a finding at one examination. `certainty` is None where nothing is: unknown is not absent.

    The report or list counts before the heads; `seen` is what the heads say, also where they disagree.
    """

    certainty: Certainty | None = None
    source: Source | None = None
    severity: Severity | None = None
    size_mm: float | None = None
    position: str | None = None
    change: Change | None = None
    seen: Seen | None = None

    @property
    def disagrees(self) -> bool:
        """Whether the heads see the opposite of what is told."""
        told = self.certainty if self.source != "heads" else None
        seen = self.seen.certainty if self.seen else None
        return {told, seen} == {Certainty.PRESENT, Certainty.ABSENT}


class Step(Noun):
    """What became of a finding from one examination to the next; `change` is None where that cannot be told.

    `basis` is what it rests on, `reason` says so in words, or why there is no answer. `caveat` is what a reader must
    keep in mind; `heads` is what the heads alone say, None where they cannot tell.
    """

    change: Change | None = None
    basis: Basis | None = None
    reason: str
    caveat: str = ""
    heads: Change | None = None


class Row(Noun):
    """One finding on one side: a cell for each visit and a step between each two."""

    name: str
    side: Side | None = None
    cells: tuple[Cell, ...]
    steps: tuple[Step, ...]


class Timeline(Noun):
    """Findings over the visits of one patient, oldest first; the last visit is the study itself.

    `notes` hold for all rows, such as a film that could not be read.
    """

    schema_version: str = SCHEMA_VERSION
    study_id: str
    visits: tuple[Visit, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    notice: str = NOTICE

    @model_validator(mode="after")
    def _aligned(self) -> Self:
        for row in self.rows:
            if len(row.cells) != len(self.visits) or len(row.steps) != len(self.visits) - 1:
                raise ValueError(f"row {row.name}: a cell for each visit and a step between each two are required")
        return self
