"""What is known of one examination, finding by finding and side by side, from its list of findings or its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from radiology.findings import FINDINGS
from radiology.reading.report import read_report
from radiology.study import Case, Certainty, Finding, Side

Key = tuple[str, Side | None]
"""Name of a finding and its side, LEFT or RIGHT; None for what has no side, or of which none is told."""
_STRENGTH = (Certainty.PRESENT, Certainty.UNCERTAIN, Certainty.ABSENT)


def known_findings(case: Case) -> tuple[Finding, ...]:
    """The findings that a case lists, else those that its report states."""
    if case.findings or case.report is None:
        return case.findings
    return read_report(f"{case.report.findings}\n{case.report.impression}".strip())


def keys_of(findings: Iterable[Finding]) -> Iterator[Key]:
    """The rows that `findings` call for: what is there, may be there, or is said to have changed."""
    for finding in findings:
        if finding.certainty is not Certainty.ABSENT or finding.change is not None:
            yield from ((finding.name, side) for side in sides_of(finding))


def sides_of(finding: Finding) -> tuple[Side | None, ...]:
    """Left and right for what is on both sides; None for what has no side in the vocabulary."""
    if finding.name in FINDINGS and not FINDINGS[finding.name].sided:
        return (None,)
    return (Side.LEFT, Side.RIGHT) if finding.side is Side.BILATERAL else (finding.side,)


def stated(findings: Iterable[Finding], key: Key) -> Finding | None:
    """What `findings` say of one row; None where they say nothing.

    A finding that is absent without a word on sides is absent on both. One that is present without a side may be on
    either, so it is uncertain there. Of one side, nothing follows for the other.
    """
    name, side = key
    same = [finding for finding in findings if finding.name == name]
    told = [finding for finding in same if side is None or side in sides_of(finding)]
    if told:
        return min(told, key=lambda finding: _STRENGTH.index(finding.certainty))
    sideless = next((finding for finding in same if None in sides_of(finding)), None)
    if sideless is None or sideless.certainty is Certainty.ABSENT:
        return sideless
    return sideless.model_copy(update={"certainty": Certainty.UNCERTAIN, "change": None})
