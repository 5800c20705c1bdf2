"""One sentence of a report with what it says, and sentences to a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from radiology.study import Finding, Noun, Report

Section = Literal["findings", "impression"]


class Statement(Noun):
    """One sentence, what it says, and where in it the phrase stands that the boxes of its first finding belong to."""

    text: str
    section: Section
    findings: tuple[Finding, ...] = ()
    phrase: tuple[int, int] | None = None


def report_of(statements: Sequence[Statement], comparison: str = "", technique: str = "") -> Report:
    """The sentences of each section joined by spaces."""
    joined = {name: " ".join(s.text for s in statements if s.section == name) for name in ("findings", "impression")}
    return Report(comparison=comparison, technique=technique, **joined)
