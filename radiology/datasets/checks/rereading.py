"""Does a report, read again, give back the findings that are listed with it?

A report mentions few of the findings that are absent, so those need not be in it. What is present must be, with its
side and its change; severity, size, count, place and position are compared where the report tells them. Phantoms list
all that is true, so of them nothing may be read that is not listed; what another case leaves open counts as unknown,
but for a finding that other cases of the set list: this one then lacks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from radiology.datasets.checks.problem import Problem
from radiology.reading.report import merge, read_mentions
from radiology.study import Case, Certainty, Change, Finding, Side

NOT_STATED = "report does not state a finding that is present"
NOT_LISTED = "report states a finding that is not listed"
NOT_TRUE = "report states a finding that is absent"
CERTAINTY = "report and findings differ in certainty"
SIDE = "report and findings differ in side"
CHANGE = "report and findings differ in change"
DIFFERENT = "report and findings differ in "
TOLD = ("severity", "size_mm", "count", "location", "position")
"""Fields of `Finding` that a report may leave out."""
ROUNDING = 1.0
"""mm by which a size may differ in words."""
_SIDES = {Side.BILATERAL: frozenset({Side.LEFT, Side.RIGHT})}


def reread(case: Case, vocabulary: Set[str]) -> Iterator[Problem]:
    """Nothing for a case without a report or without findings: there is nothing to compare.

    vocabulary: names of findings that the set lists anywhere; what else a report states is not what it is about.
    """
    if case.report is None or not case.findings:
        return
    stated = merge(mention.finding for mention in read_mentions(case.report))
    complete = case.phantom_version is not None
    read = [finding for finding in stated if complete or finding.name in vocabulary]
    for name in dict.fromkeys(finding.name for finding in (*case.findings, *read)):
        listed = [finding for finding in case.findings if finding.name == name]
        said = [finding for finding in read if finding.name == name]
        for kind in dict.fromkeys(_differences(listed, said, complete)):
            yield Problem(kind, f"study {case.study.study_id}, {name}")


def _differences(listed: Sequence[Finding], said: Sequence[Finding], complete: bool) -> Iterator[str]:
    """Kinds of problem with one finding. `complete`: what is not listed is not so."""
    true, stated = _present(listed), _present(said)
    if not listed:
        if stated:
            yield NOT_LISTED
    elif not true and stated:
        yield NOT_TRUE if _is(listed, Certainty.ABSENT) else CERTAINTY
    elif true and not stated:
        yield CERTAINTY if said else NOT_STATED
    elif true:
        yield from _fields(true, stated, complete)
    elif said:
        yield from _not_present(listed, said)
    if said:
        yield from _resolved(listed, said)


def _present(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.certainty is Certainty.PRESENT]


def _is(findings: Sequence[Finding], certainty: Certainty) -> bool:
    return all(finding.certainty is certainty for finding in findings)


def _not_present(listed: Sequence[Finding], said: Sequence[Finding]) -> Iterator[str]:
    """Of findings that neither list nor report has as present."""
    if {finding.certainty for finding in said} - {finding.certainty for finding in listed}:
        yield CERTAINTY


def _resolved(listed: Sequence[Finding], said: Sequence[Finding]) -> Iterator[str]:
    """Of findings that are listed as gone since the prior."""
    gone, told = ([f for f in group if f.change is Change.RESOLVED] for group in (listed, said))
    if gone and not told:
        yield CHANGE
    elif gone and _sides(gone) and _sides(told) != _sides(gone):
        yield SIDE


def _fields(true: Sequence[Finding], stated: Sequence[Finding], complete: bool) -> Iterator[str]:
    """Of findings that both have as present."""
    if _sides(true) != _sides(stated) and (complete or _sides(true)):
        yield SIDE
    for said in stated:
        same = [finding for finding in true if _together(finding, said)]
        yield from (_kind(field) for field in TOLD if _differs(field, said, same, complete))
    for finding in true:
        changes = {said.change for said in stated if _together(finding, said)}
        if changes and finding.change not in changes and (complete or finding.change is not None):
            yield CHANGE


def _kind(field: str) -> str:
    return DIFFERENT + field.removesuffix("_mm")


def _sides(findings: Sequence[Finding]) -> frozenset[Side]:
    return frozenset[Side]().union(*(_of(finding.side) for finding in findings))


def _of(side: Side | None) -> frozenset[Side]:
    return frozenset() if side is None else _SIDES.get(side, frozenset({side}))


def _together(one: Finding, other: Finding) -> bool:
    """Whether they may be one and the same: on a common side, or one of them on no stated side."""
    return one.side is None or other.side is None or bool(_of(one.side) & _of(other.side))


def _differs(field: str, said: Finding, true: Sequence[Finding], complete: bool) -> bool:
    """Whether `said` tells a value that none of `true` has; what these leave open is unknown unless `complete`."""
    value, known = getattr(said, field), [getattr(finding, field) for finding in true]
    if value is None or not true or (None in known and not complete):
        return False
    if field == "size_mm":
        return not any(size is not None and abs(size - value) <= max(ROUNDING, size / 20) for size in known)
    return value not in known
