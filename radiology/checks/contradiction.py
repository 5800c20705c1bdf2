"""What a report says of one finding must not be two things: within a section, and from findings to impression."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiology.findings import FINDINGS
from radiology.study import Certainty, DraftSentence, Finding, Side, Study

KINDS: tuple[frozenset[str], ...] = (
    frozenset({"consolidation", "pneumonia", "opacity", "infiltration", "atelectasis", "interstitial_pattern"}),
    frozenset({"nodule", "mass", "opacity"}),
    frozenset(term.name for term in FINDINGS.values() if term.device),
)
"""Findings that an impression may call by one another's name."""
_QUALIFIED = re.compile(
    r"\b(?:no|without)\b[\w\s]*\b(?:large|significant|sizable|new|other|further|additional|acute|definite)\b", re.I
)
_NORMAL = re.compile(r"\bnormal (?:\w+ )?(?:chest|study|examination|exam|film|radiograph)", re.I)


def present_and_absent(sentences: Sequence[DraftSentence], study: Study) -> frozenset[int]:
    """Sentences that say present what another of the same section says absent on the same side, and those others."""
    stated = [(i, s.section, finding) for i, s in enumerate(sentences) for finding in _stated(s)]
    return frozenset(
        i
        for i, section, one in stated
        for _, other_section, other in stated
        if section == other_section and one.name == other.name and _opposed(one, other)
    )


def findings_against_impression(sentences: Sequence[DraftSentence], study: Study) -> frozenset[int]:
    """Impression sentences that the findings contradict, or that name something present the findings never did."""
    body = [finding for s in sentences if s.section == "findings" for finding in _stated(s)]
    if not body:
        return frozenset()
    return frozenset(i for i, s in enumerate(sentences) if s.section == "impression" and _at_odds(s, body))


def _at_odds(sentence: DraftSentence, body: Sequence[Finding]) -> bool:
    if not sentence.findings:
        return _NORMAL.search(sentence.text) is not None and any(f.certainty is Certainty.PRESENT for f in body)
    return any(_conflicts(finding, body) for finding in _stated(sentence))


def _conflicts(finding: Finding, body: Sequence[Finding]) -> bool:
    if finding.certainty is Certainty.PRESENT:
        return not any(_kin(finding.name, f.name) and _same_place(finding, f) and _possible(f) for f in body)
    return any(f.name == finding.name and _opposed(finding, f) for f in body)


def _possible(finding: Finding) -> bool:
    return finding.certainty is not Certainty.ABSENT


def _kin(one: str, other: str) -> bool:
    return one == other or any({one, other} <= kind for kind in KINDS)


def _opposed(one: Finding, other: Finding) -> bool:
    """Present against absent, where the absence covers the side of the presence."""
    if {one.certainty, other.certainty} != {Certainty.PRESENT, Certainty.ABSENT}:
        return False
    present, absent = (one, other) if one.certainty is Certainty.PRESENT else (other, one)
    return absent.side is None or absent.side in {present.side, Side.BILATERAL} or present.side is Side.BILATERAL


def _stated(sentence: DraftSentence) -> list[Finding]:
    """The findings of a sentence; an absence of a certain kind ("no large effusion") leaves room for the finding."""
    return [
        mention.finding
        for mention in sentence.findings
        if mention.finding.certainty is not Certainty.ABSENT
        or not (mention.finding.location or mention.finding.change or _QUALIFIED.search(sentence.text))
    ]


def _same_place(one: Finding, other: Finding) -> bool:
    """Whether two sides can be one: equal, unstated, or part of both sides."""
    return one.side == other.side or None in {one.side, other.side} or Side.BILATERAL in {one.side, other.side}
