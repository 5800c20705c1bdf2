"""Whether a sentence is right, given everything that is true of the film."""

from __future__ import annotations

from collections.abc import Sequence

from mllm.draft.regions import CHRONIC, NORMAL
from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, DraftSentence, Finding, Side


def is_right(sentence: DraftSentence, truth: Sequence[Finding]) -> bool | None:
    """Whether all that `sentence` states holds; None when it states nothing that can be judged.

    `truth` is complete: what is not in it is absent. Severity and place are not judged, side and change are.
    """
    if sentence.findings:
        return all(_holds(mention.finding, truth) for mention in sentence.findings)
    match = NORMAL.match(sentence.text)
    if match is None:
        return None
    passed = CHRONIC if match["acute"] else ()
    present = {f.name for f in truth if f.certainty is Certainty.PRESENT}
    return not {name for name in present if name not in passed and not (name in FINDINGS and FINDINGS[name].device)}


def _holds(claim: Finding, truth: Sequence[Finding]) -> bool:
    same = [f for f in truth if f.name == claim.name]
    present = [f for f in same if f.certainty is Certainty.PRESENT]
    if claim.certainty is not Certainty.ABSENT:
        return any(_on(f, claim) and (claim.change is None or f.change is claim.change) for f in present)
    gone = any(f.change is Change.RESOLVED for f in same)
    return not any(_touches(f, claim) for f in present) and (gone or claim.change is not Change.RESOLVED)


def _on(known: Finding, claim: Finding) -> bool:
    """Whether the claimed side is the true one; an unstated side cannot be wrong."""
    return claim.side is None or known.side in {None, claim.side}


def _touches(known: Finding, claim: Finding) -> bool:
    """Whether a true finding lies on the side that is said to be free of it."""
    return claim.side is None or known.side in {None, claim.side, Side.BILATERAL} or claim.side is Side.BILATERAL
