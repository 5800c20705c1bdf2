"""Findings of a report against the truth, by name.

A study's findings are the set of names that are present; a finding named twice counts once. Uncertain and absent
findings predict nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.metrics.agreement import Compare, Statements
from eval.prediction import Prediction
from radiology.study import Certainty, Finding, Side


def said(row: Prediction) -> tuple[Finding, ...]:
    """The findings of the prediction; a failed one says nothing."""
    return () if row.failed else row.findings


def present(findings: Iterable[Finding]) -> dict[str, frozenset[Side]]:
    """Name of each present finding -> its sides; bilateral is left and right, unsided is empty."""
    sides: dict[str, set[Side]] = {}
    for finding in findings:
        if finding.certainty is Certainty.PRESENT:
            sides.setdefault(finding.name, set()).update(sides_of(finding))
    return {name: frozenset(found) for name, found in sides.items()}


def sides_of(finding: Finding) -> tuple[Side, ...]:
    if finding.side is None:
        return ()
    return (Side.LEFT, Side.RIGHT) if finding.side is Side.BILATERAL else (finding.side,)


def names(row: Prediction) -> tuple[Statements, Statements]:
    """What is present, by name."""
    return frozenset(present(said(row))), frozenset(present(row.truth))


def names_among(kept: Iterable[str]) -> Compare:
    """What is present of the finding names `kept`."""
    own = frozenset(kept)

    def compare(row: Prediction) -> tuple[Statements, Statements]:
        predicted, true = names(row)
        return predicted & own, true & own

    return compare
