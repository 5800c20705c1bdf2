"""From a generated, grounded report to findings with boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.prediction import Prediction
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


def written_report(blank: Prediction, text: str, frames: Sequence[Frame]) -> Prediction:
    """The report `blank` once `text` has been written, with its findings and boxes."""
    plain, findings, dropped = read_grounded(text, frames)
    return blank.model_copy(update={"prediction": plain.strip() or None, "findings": findings, "dropped": dropped})


def drawn_boxes(blank: Prediction, text: str, frames: Sequence[Frame]) -> Prediction:
    """The boxes that `text` draws for the finding asked about; boxes of other findings are no answer."""
    plain, findings, dropped = read_grounded(text, frames)
    boxes = tuple(box for finding in findings if finding.name == blank.name for box in finding.boxes)
    found = (Finding(name=blank.name or "", boxes=boxes),) if boxes else ()
    return blank.model_copy(update={"prediction": plain.strip() or None, "findings": found, "dropped": dropped})


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
