"""Of the findings named rightly: is what the truth states of them right, too? Side, severity and change.

A finding is named rightly when both call it present, both uncertain, or both absent (for one that has resolved). What
is stated of a name is a set: left and right together are bilateral. A missing statement is a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from eval.metrics.agreement import Judge, Statements
from eval.metrics.findings import said, sides_of
from eval.prediction import Prediction
from radiology.study import Certainty, Change, Finding, Severity, Side

Stated = dict[tuple[str, Certainty], frozenset[Hashable]]
"""(finding, certainty) -> what is stated of it."""
Values = Callable[[Finding], Iterable[Hashable]]
"""What a finding states of itself; nothing where it has nothing to state."""


def sides(finding: Finding) -> tuple[Side, ...]:
    return () if finding.certainty is Certainty.ABSENT else sides_of(finding)


def severities(finding: Finding) -> tuple[Severity, ...]:
    return (finding.severity,) if finding.severity and finding.certainty is not Certainty.ABSENT else ()


def changes(finding: Finding) -> tuple[Change, ...]:
    """The direction of a present finding, and that an absent one has resolved."""
    told = finding.certainty is Certainty.PRESENT or (
        finding.certainty is Certainty.ABSENT and finding.change is Change.RESOLVED
    )
    return (finding.change,) if finding.change and told else ()


def right(values: Values) -> Judge:
    """(findings with the right values, findings named rightly whose truth states any)."""

    def judge(row: Prediction) -> tuple[int, int]:
        predicted, true = stated(said(row), values), stated(row.truth, values)
        judged = [key for key, known in true.items() if known and key in predicted]
        return sum(predicted[key] == true[key] for key in judged), len(judged)

    return judge


def stated(findings: Iterable[Finding], values: Values) -> Stated:
    found: dict[tuple[str, Certainty], set[Hashable]] = {}
    for finding in findings:
        found.setdefault((finding.name, finding.certainty), set()).update(values(finding))
    return {key: frozenset(own) for key, own in found.items()}


def change_pairs(row: Prediction) -> tuple[Statements, Statements]:
    """(finding, direction) of each finding whose change is told; where none is told there is nothing to compare."""
    return _change_pairs(said(row)), _change_pairs(row.truth)


def _change_pairs(findings: Iterable[Finding]) -> Statements:
    return frozenset((finding.name, change) for finding in findings for change in changes(finding))
