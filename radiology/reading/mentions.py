"""A sentence to the findings it states.

What it asks for, fears or remembers is blanked first. Each finding then gets its certainty from its clause and its
modifiers from the words around it, up to the next finding's.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache

from radiology.findings import FINDINGS
from radiology.reading.asides import blank_asides
from radiology.reading.certainty import certainty_of, is_resolved, mask_scope
from radiology.reading.modifiers import (
    border_of,
    change_of,
    count_of,
    direction_of,
    location_of,
    severity_of,
    side_of,
    size_change_of,
    size_of,
    two_sides_of,
)
from radiology.reading.places import Place, find_places
from radiology.reading.sharing import SHIFTS, share_words, weigh_alternatives
from radiology.reading.tips import position_of
from radiology.study import Certainty, Change, Finding, Mention, Side

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_CONTRAST = re.compile(r";|\b(?:but|however|although|though|while|whereas)\b")


@lru_cache(maxsize=8192)
def read_sentence(sentence: str, weak: Certainty = Certainty.UNCERTAIN) -> tuple[Mention, ...]:
    """The findings that `sentence` states, in reading order, with their character offsets into it.

    weak: what to make of a finding that is probable, borderline or one of the alternatives "A versus B". What differs
    on the two sides ("moderate left and small right effusions") makes two mentions of one place.
    """
    text = blank_asides(sentence.translate(_LOWER))
    scope = mask_scope(text)
    places = find_places(text)
    found = weigh_alternatives(places, [_finding(text, scope, place, weak) for place in places], weak)
    return tuple(
        Mention(finding=finding, start=place.hit.start, end=place.hit.end)
        for place, shared in zip(places, share_words(text, places, found), strict=True)
        for finding in _by_side(shared, text[place.first : place.hit.anchor], text[place.hit.anchor_end : place.last])
    )


def _by_side(finding: Finding, before: str, after: str) -> Iterator[Finding]:
    """Two findings where the words around it grade each side of a bilateral one, else the finding as it is."""
    graded = two_sides_of(before, after) if finding.side is Side.BILATERAL else ()
    for side, severity in graded:
        yield finding.model_copy(update={"side": side, "severity": severity})
    if not graded:
        yield finding


def _finding(text: str, scope: str, place: Place, weak: Certainty) -> Finding:
    hit = place.hit
    term = FINDINGS[hit.name]
    certainty = certainty_of(scope, hit, place.lo, place.hi, weak)
    words = text[place.first : place.last]
    present = certainty is not Certainty.ABSENT
    graded = text[place.first : hit.anchor] + " " + text[hit.anchor_end : place.last]
    return Finding(
        name=hit.name,
        certainty=certainty,
        side=_side(text, place, present) if term.sided else None,
        location=_location(hit.name, words),
        severity=severity_of(graded) if present and not term.device else None,
        size_mm=size_of(words) if present and not term.device else None,
        count=count_of(text[place.first : hit.start]) if present else None,
        position=position_of(text[hit.end : place.last], hit.name) if term.device and present else None,
        change=_change(text, scope, place, present),
    )


def _location(name: str, words: str) -> str | None:
    """The place told, of what has one: the hilum that is enlarged is no place of the enlargement."""
    if name == "silhouette_sign":
        return border_of(words)
    placed = FINDINGS[name].sided and not FINDINGS[name].device and name != "hilar_enlargement"
    return location_of(words) if placed else None


def _side(text: str, place: Place, present: bool) -> Side | None:
    """The side told; "both lungs are clear" tells none: nothing is said of one and not of the other. What follows a
    "however" tells the side only of a finding that is there and has none yet."""
    hit, words = place.hit, text[place.first : place.last]
    if hit.name in SHIFTS:
        return direction_of(words)
    contrast = _CONTRAST.search(text, hit.anchor_end, place.last)
    side = side_of(text[place.first : contrast.start()]) if contrast else None
    if side is None and (present or contrast is None):
        side = side_of(words)
    return None if hit.certainty is Certainty.ABSENT and side is Side.BILATERAL else side


def _change(text: str, scope: str, place: Place, present: bool) -> Change | None:
    hit = place.hit
    if present:
        told = change_of(text[place.first : hit.anchor], text[hit.anchor_end : place.last])
        return told or size_change_of(text[place.first : place.last])
    if hit.certainty is Certainty.PRESENT and is_resolved(scope, hit, place.lo, place.hi):
        return Change.RESOLVED
    return None
