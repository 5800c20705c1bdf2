"""Questions about tubes, lines and wires: where each ends, and whether it belongs there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.wording import names, open_question, subject, tip, yes_no
from radiology.phantom.language.nouns import noun_of
from radiology.phantom.language.places import INTACT, Placement, placement_of
from radiology.study import Finding, Question

_WRONG = {
    "endotracheal_tube": 0.45, "gastric_tube": 0.43, "central_line": 0.72, "pacemaker": 0.06, "chest_tube": 0.25,
    "pulmonary_artery_catheter": 0.25, "sternal_wires": 0.14,
}  # fmt: skip
"""Odds that a phantom's device is not where it belongs, or broken."""
_DEEP = {"endotracheal_tube": 0.36, "central_line": 0.27}
"""Devices that may be too deep, and the odds of it."""


def device_questions(study_id: str, present: Sequence[Finding], rng: np.random.Generator) -> Iterator[Question]:
    """Which devices there are, and what may be asked of each."""
    devices = [finding for finding in present if FINDINGS[finding.name].device]
    if devices or rng.random() < 0.2:
        yield open_question(study_id, "Which devices are seen?", names(devices), "devices")
    for finding in devices:
        placement = placement_of(finding.name, finding.position)
        if placement is not None:
            yield from _about(study_id, finding, placement, rng)


def _about(study_id: str, finding: Finding, placement: Placement, rng: np.random.Generator) -> Iterator[Question]:
    if finding.name == "sternal_wires":
        if finding.position != INTACT or rng.random() < _WRONG[finding.name]:
            yield yes_no(study_id, "Are the sternotomy wires intact?", finding.position == INTACT, "placement")
        return
    yield open_question(study_id, _tip_text(finding), tip(finding), "tip", finding.name)
    if placement is not Placement.RIGHT or rng.random() < _WRONG[finding.name]:
        text = f"Is the {noun_of(finding)} in good position?"
        yield yes_no(study_id, text, placement is Placement.RIGHT, "placement")
    if finding.name in _DEEP and (placement is Placement.DEEP or rng.random() < _DEEP[finding.name]):
        yield yes_no(study_id, f"Is the {noun_of(finding)} too deep?", placement is Placement.DEEP, "placement")


def _tip_text(finding: Finding) -> str:
    if finding.name == "pacemaker":
        return "Where are the leads of the pacemaker?"
    return f"Where {subject(finding).replace(' the ', ' the tip of the ')}?"
