"""A finding as a noun phrase without article: "small left pleural effusion", "14 mm nodule in the right upper zone"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.phantom.language.nouns import NUMBERS, capital, degree_of, noun_of
from radiology.phantom.language.places import ALL_LOBES
from radiology.phantom.language.sites import following, leading, may_follow, may_lead, position
from radiology.phantom.language.statement import Section, Statement
from radiology.study import Change, Finding, Severity, Side

SHIFTS = ("mediastinal_shift", "tracheal_shift")
_EDEMA = {Severity.SMALL: "interstitial edema", Severity.LARGE: "alveolar edema"}
"""Fluid fills the interstitium first, then the alveoli (Gluecker et al., RadioGraphics 1999;19:1507)."""
_ALIKE = {
    "central_line": ("central line",), "pleural_effusion": ("effusion",),
    "pneumoperitoneum": ("free air under the diaphragm",), "sternal_wires": ("sternal wires",
)}  # fmt: skip
"""Other words for a finding in the singular, each chosen one time in four."""


def pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def phrase_of(finding: Finding, rng: np.random.Generator | None = None) -> str:
    """Everything that `finding` holds but its certainty, and a change only if it is new; `rng` chooses the wording."""
    rng = rng or np.random.default_rng(0)
    new = "new" if finding.change is Change.NEW else ""
    count = NUMBERS[finding.count - 1] if finding.count and finding.count <= len(NUMBERS) else str(finding.count or "")
    size = f"{finding.size_mm:.0f} mm" if finding.size_mm and not _several(finding) else ""
    first = (new, count) if finding.count == 1 else (count, new)
    placed = _placed(finding, rng)
    return " ".join(filter(None, (*first, size, degree_of(finding, placed), placed)))


def _several(finding: Finding) -> bool:
    return (finding.count or 0) > 1


def _placed(finding: Finding, rng: np.random.Generator) -> str:
    """The noun with its kind, its place and, of a device, where it ends."""
    if finding.name in SHIFTS and finding.side in (Side.LEFT, Side.RIGHT):
        return f"{noun_of(finding)} to the {finding.side}"
    if finding.name == "elevated_hemidiaphragm" and finding.side:
        return f"elevation of {'both' if finding.side is Side.BILATERAL else f'the {finding.side}'} hemidiaphragm" + (
            "s" if finding.side is Side.BILATERAL else ""
        )
    if finding.name == "silhouette_sign" and finding.side and finding.location:
        return f"obscured {finding.side} {finding.location}"
    noun = _noun(finding, rng)
    if may_follow(finding) and (not may_lead(finding) or rng.random() < 0.5):
        return f"{noun} {following(finding)}"
    if finding.location is None and finding.side in (Side.LEFT, Side.RIGHT) and rng.random() < 0.2:
        return f"{noun} on the {finding.side}" + tip_of(finding)
    return " ".join(filter(None, (leading(finding), noun))) + tip_of(finding)


def _noun(finding: Finding, rng: np.random.Generator) -> str:
    """The name, or another for it, with an adjective that its other fields imply."""
    noun, name = noun_of(finding), finding.name
    if name in _ALIKE and noun == noun_of(Finding(name=name)) and rng.random() < 0.25:
        return pick(rng, _ALIKE[name])
    if name == "edema" and finding.severity in _EDEMA and rng.random() < 0.5:
        return _EDEMA[finding.severity]
    if name == "atelectasis" and finding.location and rng.random() < 0.5:
        return "collapse" if finding.location in ALL_LOBES else f"linear {noun}"
    if name == "opacity" and finding.location and rng.random() < 0.6:
        return f"patchy {noun}"
    kind = "calcified " if name == "granuloma" and rng.random() < 0.5 else ""
    largest = f" of up to {finding.size_mm:.0f} mm" if finding.size_mm and _several(finding) else ""
    return f"{kind}{noun}{largest}"


def tip_of(finding: Finding) -> str:
    """What follows the name of a device: where it ends, or its state."""
    if finding.position is None:
        return ""
    if finding.name == "sternal_wires":
        return f", {finding.position}"
    return f" with {'leads' if finding.name == 'pacemaker' else 'its tip'} {position(finding)}"


def stated(text: str, phrase: str, finding: Finding, section: Section = "findings") -> Statement:
    """A statement of one finding, whose box belongs to `phrase`; its first letter is made a capital."""
    start = text.lower().index(phrase.lower())
    return Statement(text=capital(text), section=section, findings=(finding,), phrase=(start, start + len(phrase)))
