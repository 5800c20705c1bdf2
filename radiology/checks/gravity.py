"""What no impression passes over, and what it is to call a film normal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiology.checks.statements import Said
from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, DraftSentence, Finding, Severity

GRAVE = frozenset({
    "pneumothorax", "pleural_effusion", "consolidation", "pneumonia", "edema", "mass", "pneumoperitoneum",
    "cavitation", "mediastinal_shift",
})  # fmt: skip
"""What no impression leaves out, and no film without acute disease shows."""
_HARMLESS = frozenset({
    "vertebral_degeneration", "joint_degeneration", "aortic_calcification", "tortuous_aorta", "scoliosis", "kyphosis",
    "granuloma", "calcification", "osteopenia", "postsurgical_change", "bone_deformity", "nipple_shadow",
})  # fmt: skip
"""What a film that is called normal may show."""
_NORMAL = re.compile(
    r"\b(?P<plain>(?:normal|negative) (?:\w+ )?(?:chest|study|examination|exam|film|radiograph))"
    r"|\b(?:no|without|negative for) (?:(?:\w+ )?evidence of )?(?:an )?(?:acute|active)\b[\w\s,/-]*"
    r"\b(?:abnormalit|disease|process|finding|patholog)",
    re.I,
)
_LIMITED = re.compile(r"\b(?:otherwise|other|additional|further|except|aside|apart|bony|bone|osseous)\b", re.I)


def calls_normal(sentence: DraftSentence) -> bool:
    """Whether a sentence calls the whole film normal, or free of acute disease."""
    return _NORMAL.search(sentence.text) is not None and _LIMITED.search(sentence.text) is None


def against_normal(sentence: DraftSentence, body: Sequence[Said]) -> Finding | None:
    """The first finding of `body` that goes against a sentence which calls the film normal."""
    match = _NORMAL.search(sentence.text) if calls_normal(sentence) else None
    if match is None:
        return None
    return next((s.finding for s in body if is_grave(s) or (match["plain"] and _is_abnormal(s))), None)


def is_grave(said: Said) -> bool:
    """Whether it is of `GRAVE`, certain, neither old, explained nor a small effusion."""
    finding = said.finding
    return (
        finding.name in GRAVE
        and finding.certainty is Certainty.PRESENT
        and finding.change is not Change.STABLE
        and not said.minor
        and not (finding.name == "pleural_effusion" and finding.severity is Severity.SMALL)
    )


def _is_abnormal(said: Said) -> bool:
    name, present = said.finding.name, said.finding.certainty is Certainty.PRESENT
    return present and not said.minor and FINDINGS[name].abnormal and name not in _HARMLESS
