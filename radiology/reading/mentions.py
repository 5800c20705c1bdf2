"""A sentence to the findings it states.

What is asked for, feared or remembered is not stated: recommendations ("CT to exclude a mass"), history and
"status post ..." are blanked first. Each finding then gets its certainty from its clause and its modifiers from the
words around it, up to the next finding's.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from radiology.findings import FINDINGS
from radiology.reading.certainty import certainty_of, is_resolved, mask_scope
from radiology.reading.clauses import split_clauses
from radiology.reading.lexicon import Hit, find_phrases
from radiology.reading.modifiers import (
    change_of,
    count_of,
    location_of,
    position_of,
    severity_of,
    side_of,
    size_of,
)
from radiology.reading.organs import find_states
from radiology.study import Certainty, Change, Finding, Mention, Side

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_IMAGING = (
    r"(?:ct|mri|follow[\s-]?up|radiographs?|imaging|examination|evaluation|correlation|x-?rays?|comparison|views?)"
)
_NOT_STATED = re.compile(
    rf"""
    \b{_IMAGING}\b[^.;]*?\b(?:is|are|may\s+be|would\s+be|could\s+be|should\s+be)\s+(?:\w+\s+)?(?:recommended|advised|suggested|helpful|warranted|considered|obtained).*
    | \b(?:recommend\w*|please|advis\w+|correlat\w+|if
      |(?:suggest|consider)\s+(?:{_IMAGING}|chest|further|clinical|dedicated|repeat|short)
      |follow[\s-]?up\s+(?:to|of|for|with|in|until|is)
      |for\s+(?:further|better|optimal)?\s*(?:evaluation|characteri[sz]ation|assessment)
      |(?:to|must|should)\s+(?:exclude|rule\s+out|evaluate|assess|ensure|document|confirm)|evaluate\s+for)\b.*
    | \b(?:history|h/o|hx)\s+of\b[^,.;]*?(?=[,.;]|$|\b(?:is|are|now|there|shows)\b)
    | \b(?:status\s+post|s/p)\s+(?!(?:\w+\s+){{0,4}}(?:placement|insertion|implantation))[^,.;]*
    | \b(?:evaluation|assessment)\s+(?:for|of)\b[^.;,]* | \bsensitiv\w+\s+(?:in|for|to)\b.*
    | \b(?:prior|previous|remote|old|past)\s+(?:\w+\s+){{0,3}}?(?:infections?|pneumonia|tuberculosis)\b
    | ^(?:does|do|did|is|are|has|have|can|could)\b.*\?\s*$
    | \bclinical\s+(?:history|concern|suspicion)\b[^.;]*
    """,
    re.VERBOSE,
)
_CONNECTOR = re.compile(
    r",\s*(?:(?:and/or|and|or|nor)\b\s*)?|\b(?:and/or|and|or|nor|plus|versus|vs|with|without|causing|representing|represents?|reflect\w*|suggest\w*|due\s+to"
    r"|consistent\s+with|compatible\s+with|associated|adjacent|overlying|from)\b|/"
)
_PAIRS = re.compile(
    r"\b(left|right|upper|lower|mid|middle|small|mild|moderate)\s+(?:and|to|or)\s+(?=(?:left|right|upper|lower|mid|middle|moderate|severe|large)\b)"
)
_PLURAL = re.compile(r"\b(?:are|have|were|both)\b")
_PREPOSITION = re.compile(r"\b(?:in|on|at|of|within|over|is|are|has|have)\b")


_ALTERNATIVES = frozenset({"or", "versus", "vs", "and/or", "/"})
_COORDINATED = _ALTERNATIVES | {"and", "plus"}


@dataclass(frozen=True)
class _Place:
    """A hit, its clause [lo, hi), the words of its own [first, last) around it, and what joins it to the hit before."""

    hit: Hit
    lo: int
    hi: int
    first: int
    last: int
    joint: str = ""


@lru_cache(maxsize=8192)
def read_sentence(sentence: str, weak: Certainty = Certainty.UNCERTAIN) -> tuple[Mention, ...]:
    """The findings that `sentence` states, in reading order, with their character offsets into it.

    weak: what to make of a finding that is probable, borderline or one of the alternatives "A versus B".
    """
    text = _NOT_STATED.sub(lambda m: " " * len(m.group()), sentence.translate(_LOWER))
    scope = mask_scope(text)
    places = _places(text)
    found = _share_words(
        text, places, _weigh_alternatives(places, [_finding(text, scope, p, weak) for p in places], weak)
    )
    return tuple(
        Mention(finding=finding, start=place.hit.start, end=place.hit.end)
        for place, finding in zip(places, found, strict=True)
    )


def _places(text: str) -> list[_Place]:
    """Every hit with its words. A clause without one goes with the clause before it, at the opening with the next."""
    phrases = list(find_phrases(text))
    groups: list[tuple[int, int, list[Hit]]] = []
    for lo, hi in split_clauses(text):
        hits = _clause_hits(text, lo, hi, phrases)
        if groups and not hits:
            groups[-1] = (groups[-1][0], hi, groups[-1][2])
        elif hits:
            groups.append((lo, hi, hits))
    return [
        place
        for i, (lo, hi, hits) in enumerate(groups)
        for place in _own_words(text, (0 if i == 0 else lo, lo, hi), hits)
    ]


def _clause_hits(text: str, lo: int, hi: int, phrases: list[Hit]) -> list[Hit]:
    """Named and told findings of one clause in order; what is named where it is also told counts once."""
    named = [hit for hit in phrases if lo <= hit.anchor < hi]
    told = [
        hit
        for hit in find_states(text, lo, hi)
        if not any(n.name == hit.name and n.start < hit.end and hit.start < n.end for n in named)
    ]
    return sorted([*named, *told], key=lambda hit: (hit.anchor, hit.start))


def _own_words(text: str, bounds: tuple[int, int, int], hits: list[Hit]) -> list[_Place]:
    """Share the words of a clause among its hits: each gap is cut at its last connecting word."""
    opening, lo, hi = bounds
    clusters = _clusters(hits)
    cuts, joints = [opening], [""]
    for left, right in pairwise(clusters):
        cut, joint = _cut(text, max(hit.end for hit in left), min(hit.start for hit in right))
        cuts.append(cut)
        joints.append(joint)
    ends = [*cuts[1:], hi]
    return [
        _Place(hit, lo, hi, first, last, joint)
        for cluster, first, last, joint in zip(clusters, cuts, ends, joints, strict=True)
        for hit in cluster
    ]


def _clusters(hits: list[Hit]) -> list[list[Hit]]:
    """Runs of hits that overlap, such as heart and mediastinum of one "are normal"."""
    clusters: list[list[Hit]] = []
    for hit in hits:
        if clusters and hit.start < max(other.end for other in clusters[-1]):
            clusters[-1].append(hit)
        else:
            clusters.append([hit])
    return clusters


def _cut(text: str, start: int, end: int) -> tuple[int, str]:
    """Where the words between two hits part, and the word that joins them: the last one, but in "effusion with
    residual or recurrent pneumonia" the "or" joins adjectives."""
    gap = _PAIRS.sub(lambda m: "~" * len(m.group()), text[start:end])
    joints = [(match.start(), match.group().strip(", ") or ",") for match in _CONNECTOR.finditer(gap)]
    while len(joints) > 1 and joints[-1][1] in _ALTERNATIVES:
        joints.pop()
    if joints:
        return start + joints[-1][0], joints[-1][1]
    return (end if _PREPOSITION.search(gap) else start), ""


def _finding(text: str, scope: str, place: _Place, weak: Certainty) -> Finding:
    hit = place.hit
    term = FINDINGS[hit.name]
    certainty = certainty_of(scope, hit, place.lo, place.hi, weak)
    words = text[place.first : place.last]
    present = certainty is not Certainty.ABSENT
    graded = text[place.first : hit.anchor] + " " + text[hit.anchor_end : place.last]
    return Finding(
        name=hit.name,
        certainty=certainty,
        side=_side(words, hit) if term.sided else None,
        location=location_of(words) if term.sided and not term.device else None,
        severity=severity_of(graded) if present and not term.device else None,
        size_mm=size_of(words) if present and not term.device else None,
        count=count_of(text[place.first : hit.start]) if present else None,
        position=position_of(text[hit.end : place.last]) if term.device and present else None,
        change=_change(text, scope, place, present),
    )


def _side(words: str, hit: Hit) -> Side | None:
    """The side told; "both lungs are clear" tells none: nothing is said of one and not of the other."""
    side = side_of(words)
    return None if hit.certainty is Certainty.ABSENT and side is Side.BILATERAL else side


def _change(text: str, scope: str, place: _Place, present: bool) -> Change | None:
    hit = place.hit
    if present:
        return change_of(text[place.first : hit.anchor], text[hit.anchor_end : place.last])
    if hit.certainty is Certainty.PRESENT and is_resolved(scope, hit, place.lo, place.hi):
        return Change.RESOLVED
    return None


def _weigh_alternatives(places: list[_Place], found: list[Finding], weak: Certainty) -> list[Finding]:
    """Of "atelectasis versus pneumonia" either may be wrong: both are `weak`."""
    for i in range(1, len(found)):
        pair = found[i - 1 : i + 1]
        if places[i].joint in _ALTERNATIVES and all(f.certainty is not Certainty.ABSENT for f in pair):
            found[i - 1 : i + 1] = [_weakened(f, weak) for f in pair]
    return found


def _weakened(finding: Finding, weak: Certainty) -> Finding:
    return finding.model_copy(update={"certainty": weak}) if finding.certainty is Certainty.PRESENT else finding


def _share_words(text: str, places: list[_Place], found: list[Finding]) -> list[Finding]:
    """One side for both in "left effusion and atelectasis" and in "effusion and atelectasis on the left", one change
    for both in "effusion and atelectasis are unchanged"."""
    for i in range(len(found) - 1, 0, -1):
        if places[i].lo == places[i - 1].lo and places[i].joint in _COORDINATED:
            found[i - 1] = _take_from_after(found[i - 1], found[i], text[places[i].hit.end : places[i].last])
    for i in range(1, len(found)):
        before, after = found[i - 1], found[i]
        if places[i].lo == places[i - 1].lo and _share_side(before, after) and after.side is None:
            found[i] = after.model_copy(update={"side": before.side})
    return found


def _take_from_after(before: Finding, after: Finding, words: str) -> Finding:
    """`before` with what the words after the second of two coordinated findings say of both."""
    update: dict[str, Side | Change | None] = {}
    if before.side is None and _share_side(before, after):
        update["side"] = side_of(words)
    affirmed = Certainty.ABSENT not in (before.certainty, after.certainty)
    if before.change is None and affirmed and _PLURAL.search(words):
        update["change"] = change_of("", words)
    return before.model_copy(update=update) if update else before


def _share_side(before: Finding, after: Finding) -> bool:
    return _takes_side(before) and _takes_side(after)


def _takes_side(finding: Finding) -> bool:
    term = FINDINGS[finding.name]
    return term.sided and not term.device and finding.certainty is not Certainty.ABSENT
