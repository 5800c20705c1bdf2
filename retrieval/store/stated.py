"""Cases by what words state of a film: "small left effusion" is a finding on a side, and a report that denies one holds
the same words."""

from __future__ import annotations

from collections.abc import Collection

from radiology.reading.report import read_report
from radiology.study import Certainty
from radiology.timeline.known import Key, sides_of


def stated_in(words: str) -> frozenset[Key]:
    """The findings, with their sides, that `words` call present."""
    present = (finding for finding in read_report(words) if finding.certainty is Certainty.PRESENT)
    return frozenset((finding.name, side) for finding in present for side in sides_of(finding))


def agreement(stated: Collection[Key], own: Collection[Key]) -> float:
    """Jaccard index of what is stated and what a case has; a finding stated without a side is met by any side."""
    met = [key for key in stated if any(_meets(other, key) for other in own)]
    others = [key for key in own if not any(_meets(key, other) for other in stated)]
    return len(met) / (len(stated) + len(others)) if stated else 0.0


def _meets(own: Key, stated: Key) -> bool:
    return own[0] == stated[0] and stated[1] in (None, own[1])
