"""What findings of one sentence share: the doubt between alternatives, and a side or a change said of both."""

from __future__ import annotations

import re

from radiology.findings import FINDINGS
from radiology.reading.modifiers import change_of, side_of
from radiology.reading.places import ALTERNATIVES, COORDINATED, Place
from radiology.study import Certainty, Change, Finding, Side

SHIFTS = frozenset({"tracheal_shift", "mediastinal_shift"})
"""Their side is where they point, so no other finding shares it."""
_PLURAL = re.compile(r"\b(?:are|have|were|both)\b")


def weigh_alternatives(places: list[Place], found: list[Finding], weak: Certainty) -> list[Finding]:
    """Of "atelectasis versus pneumonia" either may be wrong: both are `weak`."""
    for i in range(1, len(found)):
        pair = found[i - 1 : i + 1]
        if places[i].joint in ALTERNATIVES and all(map(_may_be_other, pair)):
            found[i - 1 : i + 1] = [_weakened(f, weak) for f in pair]
    return found


def _may_be_other(finding: Finding) -> bool:
    """A "pacemaker/defibrillator" is both, a "device or line" is there anyway."""
    return finding.certainty is not Certainty.ABSENT and not FINDINGS[finding.name].device


def _weakened(finding: Finding, weak: Certainty) -> Finding:
    return finding.model_copy(update={"certainty": weak}) if finding.certainty is Certainty.PRESENT else finding


def share_words(text: str, places: list[Place], found: list[Finding]) -> list[Finding]:
    """One side for both in "left effusion and atelectasis" and in "effusion and atelectasis on the left", one change
    for both in "effusion and atelectasis are unchanged"."""
    words = ""
    for i in range(len(found) - 1, 0, -1):
        goes_on = bool(words) and places[i].joint == ","
        if places[i].lo != places[i - 1].lo or not (goes_on or places[i].joint in COORDINATED):
            words = ""
            continue
        words = words if goes_on else text[places[i].hit.end : places[i].last]
        found[i - 1] = _take_from_after(found[i - 1], found[i], words)
    for i in range(1, len(found)):
        before, after = found[i - 1], found[i]
        if places[i].lo == places[i - 1].lo and _share_side(before, after) and after.side is None:
            found[i] = after.model_copy(update={"side": before.side})
    return found


def _take_from_after(before: Finding, after: Finding, words: str) -> Finding:
    """`before` with what the words after the last of some coordinated findings say of all of them."""
    update: dict[str, Side | Change | None] = {}
    both_absent = before.certainty is after.certainty is Certainty.ABSENT and FINDINGS[before.name].sided
    if before.side is None and (_share_side(before, after) or both_absent):
        update["side"] = side_of(words)
    affirmed = Certainty.ABSENT not in (before.certainty, after.certainty)
    if before.change is None and affirmed and _PLURAL.search(words):
        update["change"] = change_of("", words)
    return before.model_copy(update=update) if update else before


def _share_side(before: Finding, after: Finding) -> bool:
    return _takes_side(before) and _takes_side(after)


def _takes_side(finding: Finding) -> bool:
    term = FINDINGS[finding.name]
    shares = term.sided and not term.device and finding.name not in SHIFTS
    return shares and finding.certainty is not Certainty.ABSENT
