"""Findings to sentences of a report: one for each that is there, possible or gone, denials in a row together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding
from radiology.writing.phrases import SIZED, is_plural, phrase_of

_NOT_A_CHANGE = ("bronchovascular_markings", "postsurgical_change")
"""Named by a word of change, so that "no" before them would speak of the change: "no increased markings"."""
_GONE = {"severity": None, "size_mm": None, "count": None, "position": None, "change": None}


class Written(NamedTuple):
    """A sentence and what it says."""

    text: str
    findings: tuple[Finding, ...]


def write_sentences(findings: Sequence[Finding]) -> tuple[Written, ...]:
    """The sentences that say `findings`, in order; `radiology.reading` reads them back."""
    return tuple(
        written
        for joined, group in groupby(findings, _is_plain_denial)
        for written in ((_denial(*group),) if joined else map(_statement, group))
    )


def is_denied(finding: Finding) -> bool:
    """Whether it is said not to be there, and not that it has gone, which is news."""
    return finding.certainty is Certainty.ABSENT and finding.change is not Change.RESOLVED


def _is_plain_denial(finding: Finding) -> bool:
    """Whether others may share its "no": a place would be read as theirs too."""
    placed = finding.side is not None or finding.location is not None
    return is_denied(finding) and not placed and finding.name not in _NOT_A_CHANGE


def _denial(*findings: Finding) -> Written:
    *others, last = map(_bare, findings)
    return Written(f"No {' or '.join(filter(None, (', '.join(others), last)))}.", findings)


def _bare(finding: Finding) -> str:
    """What is not there has a place, but no size and no number."""
    return phrase_of(finding.model_copy(update=_GONE))


def _statement(finding: Finding) -> Written:
    if is_denied(finding):
        no = "Absence of" if finding.name in _NOT_A_CHANGE else "No"
        return Written(f"{no} {_bare(finding)}.", (finding,))
    if finding.change is Change.RESOLVED:
        return Written(_resolved(finding), (finding,))
    text = phrase_of(finding)
    if finding.certainty is Certainty.UNCERTAIN and (finding.count or 0) > 1:
        text += " are suspected"
    elif finding.certainty is Certainty.UNCERTAIN:
        text = f"possible {text}"
    return Written(f"{text[:1].upper()}{text[1:]}{_change(finding)}.", (finding,))


def _change(finding: Finding) -> str:
    """What is added for a change other than new, which stands in the phrase."""
    sized = finding.name in SIZED
    words = {
        Change.STABLE: ", unchanged",
        Change.WORSE: ", increased" if sized else ", worse",
        Change.BETTER: ", decreased" if sized else ", improved",
    }
    return words.get(finding.change, "") if finding.change else ""


def _resolved(finding: Finding) -> str:
    has = "have" if is_plural(finding) else "has"
    verb = f"{has} been removed" if FINDINGS[finding.name].device else f"{has} resolved"
    return f"The {_bare(finding)} {verb}."
