"""From a generated, grounded report to findings with boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mllm.boxes import Frame, decode
from mllm.draft.claims import Claim, read_claims
from radiology.reading.report import read_report
from radiology.study import Box, Certainty, Finding


def read_grounded(text: str, frames: Sequence[Frame]) -> tuple[str, tuple[Finding, ...], int]:
    """(text without markup, what it says with boxes, number of malformed boxes).

    A box belongs to the mention its phrase lies nearest to; it counts only where that is a present finding.
    """
    grounded = decode(text, frames)
    boxes = _boxes(read_claims(text, frames))
    return grounded.text, tuple(_with_boxes(read_report(grounded.text), boxes)), grounded.dropped


def _boxes(claims: Iterable[Claim]) -> dict[str, list[Box]]:
    found: dict[str, list[Box]] = {}
    for claim in claims:
        for mention in claim.mentions:
            if mention.finding.certainty is Certainty.PRESENT:
                found.setdefault(mention.finding.name, []).extend(mention.finding.boxes)
    return found


def _with_boxes(findings: Iterable[Finding], boxes: dict[str, list[Box]]) -> Iterable[Finding]:
    """Each name's boxes on its first present finding."""
    left = dict(boxes)
    for finding in findings:
        own = left.pop(finding.name, ()) if finding.certainty is Certainty.PRESENT else ()
        yield finding.model_copy(update={"boxes": tuple(own)})
