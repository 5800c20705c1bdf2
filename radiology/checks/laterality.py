"""A box must lie on the side its sentence names."""

from __future__ import annotations

from collections.abc import Sequence

from radiology.study import Box, DraftSentence, Finding, Side, Study


def side_against_box(sentences: Sequence[DraftSentence], study: Study) -> frozenset[int]:
    """Sentences with a box whose centre, on a frontal view, is on the other side than the finding it is drawn for.

    The left half of a frontal film is the patient's right; a lateral view shows no side.
    """
    frontal = {view.id for view in study.views if view.projection.frontal}
    return frozenset(
        i
        for i, sentence in enumerate(sentences)
        if any(_crossed(mention.finding, frontal) for mention in sentence.findings)
    )


def _crossed(finding: Finding, frontal: set[str]) -> bool:
    sides = {_side(box) for box in finding.boxes if box.view in frontal}
    if finding.side is Side.BILATERAL:
        return len(sides) == 1
    return finding.side is not None and bool(sides - {finding.side})


def _side(box: Box) -> Side:
    return Side.RIGHT if box.x0 + box.x1 < 1 else Side.LEFT
