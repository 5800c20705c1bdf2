"""Whether a sentence is right, given what is true of the film, and of which findings everything is known."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mllm.draft.regions import CHRONIC, NORMAL
from radiology.findings import FINDINGS, NIH_LABELS, PHANTOM_FINDINGS
from radiology.study import Case, Certainty, Change, DraftSentence, Finding, Side

CLOSED = {"nih": frozenset(NIH_LABELS.values())}
"""Source -> the findings of which it lists all that a film shows. NIH labels are mined from text, so noisy."""


def verdict(sentence: DraftSentence, case: Case) -> bool | None:
    """`is_right` by what is known of `case`."""
    return is_right(sentence, case.findings, known_of(case))


def known_of(case: Case) -> Set[str]:
    """The findings whose presence or absence is known: of NIH fourteen, of a phantom all but those that something else
    hides, which it leaves out; else what is listed."""
    listed = {f.name for f in case.findings if f.certainty is not Certainty.UNCERTAIN}
    if case.source == "phantom":
        hidden = set[str]() if case.phantom_version == "1" else set(PHANTOM_FINDINGS) - listed
        return FINDINGS.keys() - hidden
    return CLOSED.get(case.source, frozenset()) | listed


def state_of(name: str, case: Case) -> bool | None:
    """Whether the film shows the finding; None where that is not known."""
    if name not in known_of(case):
        return None
    stated = {f.certainty for f in case.findings if f.name == name}
    return None if stated == {Certainty.UNCERTAIN} else Certainty.PRESENT in stated


def is_right(sentence: DraftSentence, truth: Sequence[Finding], known: Set[str] | None = None) -> bool | None:
    """Whether all that `sentence` states holds; None when it states nothing that can be judged.

    `truth` is complete for the findings in `known`, or for all: what is not in it is absent. A statement about any
    other cannot be judged. Severity and place are not judged, side and change are.
    """
    if sentence.findings:
        if known is not None and any(mention.finding.name not in known for mention in sentence.findings):
            return None
        return all(_holds(mention.finding, truth) for mention in sentence.findings)
    match = NORMAL.match(sentence.text)
    if match is None:
        return None
    passed = CHRONIC if match["acute"] else ()
    present = {f.name for f in truth if f.certainty is Certainty.PRESENT}
    if {name for name in present if name not in passed and not (name in FINDINGS and FINDINGS[name].device)}:
        return False
    return True if known is None or any(known >= whole for whole in CLOSED.values()) else None


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
