"""What the sentences of a report state, one finding each, and when two of these are one, kin or opposed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from radiology.findings import FINDINGS
from radiology.study import Certainty, DraftSentence, Finding, Mention, Side

KINDS: tuple[frozenset[str], ...] = (
    frozenset({
        "consolidation", "pneumonia", "opacity", "infiltration", "atelectasis", "interstitial_pattern", "edema",
        "vascular_congestion", "heart_failure", "bronchovascular_markings", "aspiration", "scarring", "fibrosis",
        "volume_loss", "tuberculosis", "lung_contusion", "lung_hemorrhage", "silhouette_sign",
    }),
    frozenset({
        "nodule", "mass", "opacity", "granuloma", "metastasis", "cavitation", "calcification", "lymphadenopathy",
        "hilar_enlargement", "nipple_shadow", "miliary_pattern", "enlarged_mediastinum",
    }),
    frozenset({"pleural_effusion", "pleural_thickening", "pleural_scarring", "heart_failure"}),
    frozenset({"cardiomegaly", "enlarged_mediastinum", "heart_failure", "pericardial_effusion"}),
    frozenset({"fracture", "vertebral_compression", "bone_deformity", "dislocation"}),
    frozenset({"pneumothorax", "bulla"}),
    frozenset(term.name for term in FINDINGS.values() if term.device),
)  # fmt: skip
"""Findings that one section may call by one another's name, or as a part or a sign of one another."""
_KIND = (
    r"(?:significant\w*|new|other|further|additional|acute\w*|definite|suspicious|discrete|confluent|lobar|gross|overt"
    r"|remaining|residual|active|dominant|x{3,})"
)
_OF_A_KIND = re.compile(
    rf"\b(?:no|not|without|free of)\s+(?:\w+\s+){{0,2}}?{_KIND}\b"
    r"|\b(?:otherwise|elsewhere|remain(?:der|ing)|rest of|upper limits?|top normal|high normal|borderline)\b",
    re.I,
)
"""What makes every denial of a sentence one of a certain kind."""
_QUALIFIED = re.compile(rf"\b(?:{_KIND}|large|size?able|displaced|pelvic|bony)\b", re.I)
"""What makes a denial one of a certain kind when it stands just before the finding."""
_APART = re.compile(r"[,;:]|\b(?:no|nor|or|and|without|of|for)\b", re.I)
_MINOR = re.compile(
    r"minimal|subtle|linear|streak|band|strand|scar|atelecta|emphysem|granulom|calcif|chronic|\bfat\b|x{3,}", re.I
)
_LUMP = re.compile(r"\bround|nodul|densit|\d\s?[mc]m\b", re.I)
_VAGUE = ("opacity", "infiltration")
"""Names so wide that lungs may be called free of them and show a band, a scar or a nodule all the same."""
ANY_DEVICE = "device"
"""One may be there and another one not."""


class Said(NamedTuple):
    """One finding, the number of the sentence that states it, and that sentence's words."""

    at: int
    finding: Finding
    text: str = ""

    @property
    def minor(self) -> bool:
        """Whether the sentence makes light of it, or explains it."""
        return _MINOR.search(self.text) is not None


def statements(sentences: Sequence[DraftSentence], section: str | None = None) -> list[Said]:
    """Every finding stated, in order; the absence of a certain kind ("no large effusion") denies no finding."""
    return [
        Said(i, mention.finding, sentence.text)
        for i, sentence in enumerate(sentences)
        if section in (None, sentence.section)
        for mention in sentence.findings
        if not _of_a_kind(sentence.text, mention)
    ]


def kin(one: str, other: str) -> bool:
    """Whether two names may mean one thing."""
    return one == other or any({one, other} <= kind for kind in KINDS)


def possible(finding: Finding) -> bool:
    """Present or uncertain."""
    return finding.certainty is not Certainty.ABSENT


def same_place(one: Finding, other: Finding) -> bool:
    """Whether two sides can be one: equal, unstated, or part of both sides."""
    return one.side == other.side or None in {one.side, other.side} or Side.BILATERAL in {one.side, other.side}


def opposed(one: Said, other: Said) -> bool:
    """One finding present against absent, where the absence covers the side of the presence."""
    if one.finding.name != other.finding.name or one.finding.name == ANY_DEVICE:
        return False
    if {one.finding.certainty, other.finding.certainty} != {Certainty.PRESENT, Certainty.ABSENT}:
        return False
    present, absent = (one, other) if possible(one.finding) else (other, one)
    slight = present.finding.name in _VAGUE and (present.minor or _LUMP.search(present.text))
    if slight and one.at != other.at:
        return False
    side, denied = present.finding.side, absent.finding.side
    return denied is None or denied in {side, Side.BILATERAL} or side is Side.BILATERAL


def _of_a_kind(text: str, mention: Mention) -> bool:
    """Whether an absence is that of a place or a kind only: "no large effusion", "no nodule in the right lung"."""
    if possible(mention.finding):
        return False
    own = _APART.split(text[: mention.start])[-1] + text[mention.start : mention.end]
    return mention.finding.location is not None or bool(_OF_A_KIND.search(text) or _QUALIFIED.search(own))
