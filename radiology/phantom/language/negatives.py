"""Sentences for what is not there: pertinent negatives and the normal anatomy that says the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.nouns import capital, is_plural
from radiology.phantom.language.phrases import phrase_of, pick
from radiology.phantom.language.statement import Statement
from radiology.phantom.language.styles import HEADINGS, heading_of
from radiology.study import Certainty, Finding

COMMON = ("pleural_effusion", "pneumothorax", "consolidation", "cardiomegaly", "edema")
"""What most reports of normal films deny."""
_BARE = ("No {}.", "No evidence of {}.")
_LISTED = (*_BARE, "There is no {}.", "No {} is seen.")
_ALONE: dict[str, tuple[str, ...]] = {
    "cardiomegaly": ("The heart is normal in size.", "Heart size is normal.", "No cardiomegaly."),
    "consolidation": ("No focal consolidation.", "There is no consolidation.", "No consolidation is seen."),
    "enlarged_mediastinum": ("The mediastinum is normal.", "The mediastinal contours are normal."),
    "mediastinal_shift": ("The mediastinum is midline.", "No mediastinal shift."),
    "hilar_enlargement": ("The hila are normal.", "No hilar enlargement."),
    "fracture": ("The bones are intact.", "No fracture."),
    "elevated_hemidiaphragm": ("The diaphragm is normal.", "No elevated hemidiaphragm."),
    "pneumoperitoneum": ("No free air under the diaphragm.", "No pneumoperitoneum."),
}
"""Findings that are denied alone, in these words."""
_UNDENIABLE = ("postsurgical_change", "bronchovascular_markings", "silhouette_sign")
"""Nobody denies these, and "no increased markings" would read as a comparison."""
_LUNG_FINDINGS = (
    "consolidation", "opacity", "infiltration", "atelectasis", "nodule", "mass", "cavitation", "edema", "fibrosis",
    "granuloma", "emphysema", "pneumonia", "scarring", "bulla", "bronchiectasis", "interstitial_pattern",
    "miliary_pattern", "metastasis", "tuberculosis", "volume_loss", "vascular_congestion", "calcification",
    "aspiration", "lung_hemorrhage", "lung_contusion",
)  # fmt: skip
"""Lungs with any of these are not clear."""
_CLEAR = ("consolidation", "infiltration", "opacity")
"""What clear lungs deny by name."""


def choose(absent: Sequence[Finding], rng: np.random.Generator, share: float) -> list[Finding]:
    """The absent findings to speak of: a `share` of the common ones, a third of it of others, a ninth of devices."""
    return [f for f in absent if rng.random() < share * _weight(f.name) and f.name not in _UNDENIABLE]


def _weight(name: str) -> float:
    return 1.0 if name in COMMON else 1 / 9 if FINDINGS[name].device else 1 / 3


def lungs_are_clear(findings: Sequence[Finding]) -> bool:
    """Consolidation and opacity are known to be absent, and nothing else of the lungs is there or possible."""
    known = {f.name: f.certainty for f in findings if f.side is None}
    told = all(known.get(name) is Certainty.ABSENT for name in ("consolidation", "opacity"))
    return told and not any(f.name in _LUNG_FINDINGS and f.certainty is not Certainty.ABSENT for f in findings)


def clear_lungs(rng: np.random.Generator) -> Statement:
    """Clear lungs have no infiltrate either, whether or not anybody listed that."""
    denied = tuple(Finding(name=name, certainty=Certainty.ABSENT) for name in _CLEAR)
    return Statement(text=pick(rng, ("The lungs are clear.", "Lungs are clear.")), section="findings", findings=denied)


def deny(findings: Sequence[Finding], rng: np.random.Generator, plain: bool) -> list[Statement]:
    """Sentences of one to three absent findings, by heading; `plain` ones name no organ."""
    statements, rest = [], sorted(findings, key=lambda f: HEADINGS.index(heading_of(f.name)))
    while rest:
        taken = [rest.pop(0)]
        most = 1 if _is_alone(taken[0]) else int(rng.integers(1, 4))
        while rest and len(taken) < most and _go_together(taken[0], rest[0], plain):
            taken.append(rest.pop(0))
        statements.append(_denial(taken, rng, plain))
    return statements


def _go_together(first: Finding, second: Finding, plain: bool) -> bool:
    common = not plain and first.name in COMMON and second.name in COMMON
    return not _is_alone(second) and (common or heading_of(first.name) == heading_of(second.name))


def _is_alone(finding: Finding) -> bool:
    return finding.name in _ALONE or finding.side is not None or finding.location is not None


def _denial(findings: Sequence[Finding], rng: np.random.Generator, plain: bool) -> Statement:
    first = findings[0]
    if not plain and len(findings) == 1 and first.name in _ALONE and first.side is None and first.location is None:
        text = pick(rng, _ALONE[first.name])
    else:
        names = [phrase_of(f, rng) if f.side or f.location else FINDINGS[f.name].text for f in findings]
        listed = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        plural = any(is_plural(finding) for finding in findings)
        text = pick(rng, _BARE if plural else _LISTED).format(listed)
    return Statement(text=capital(text), section="findings", findings=tuple(findings))
