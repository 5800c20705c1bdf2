"""A box must lie on the side its sentence names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.wording import named, on_side
from radiology.findings import FINDINGS
from radiology.study import Box, DraftSentence, Finding, Side


def side_against_box(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences with a box whose centre, on a frontal view, is on the other side than the finding it is drawn for.

    The left half of a frontal film is the patient's right; a lateral view shows no side. A line or a lead
    has the side it enters on, and its box may be anywhere.
    """
    frontal = {view.id for view in context.study.views if view.projection.frontal}
    for i, sentence in enumerate(sentences):
        for finding in (mention.finding for mention in sentence.findings):
            sides = {_side(box) for box in finding.boxes if box.view in frontal}
            if not FINDINGS[finding.name].device and _crossed(finding, sides):
                drawn = on_side(sides.pop() if len(sides) == 1 else Side.BILATERAL)
                yield Found(i, f"It says {named(finding.name)}{on_side(finding.side)}, its box lies{drawn}.")


def _crossed(finding: Finding, sides: set[Side]) -> bool:
    if finding.side is Side.BILATERAL:
        return len(sides) == 1
    return finding.side is not None and bool(sides - {finding.side})


def _side(box: Box) -> Side:
    return Side.RIGHT if box.x0 + box.x1 < 1 else Side.LEFT
