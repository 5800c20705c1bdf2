"""A finding as a noun phrase that `radiology.reading` reads back: "two 8 mm nodules in the left upper lobe".

The wording is always the same for the same finding, so an edit of a report is reproducible.
"""

from __future__ import annotations

from radiology.findings import FINDINGS
from radiology.study import Change, Finding, Severity, Side

SIZED = frozenset({
    "pleural_effusion", "pneumothorax", "consolidation", "nodule", "mass", "hernia", "opacity", "cavitation", "bulla",
    "granuloma", "infiltration", "pneumoperitoneum", "pericardial_effusion",
})  # fmt: skip
"""Findings whose severity is a size (small); that of all others is a grade (mild)."""
GRADES = {Severity.SMALL: "mild", Severity.MODERATE: "moderate", Severity.LARGE: "severe"}
_ADJECTIVES = ("enlarged", "tortuous", "increased")
"""A name that opens with one of these is graded by an adverb: "mildly enlarged mediastinum"."""
_NUMBERS = ("solitary", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_AS_ADJECTIVE = {"apex": "apical", "base": "basal", "hilum": "perihilar", "lingula": "lingular"}
_AFTER = ("fissure", "costophrenic angle")
"""Places that stand after the noun only."""
_AT = ("apex", "base", "hilum", "cavoatrial junction", "carina")
_TOWARDS = ("mediastinal_shift", "tracheal_shift")
_ENDINGS = (("", "s"), ("", "es"), ("", "e"), ("y", "ies"), ("x", "ces"))


def phrase_of(finding: Finding) -> str:
    """All that `finding` holds but its certainty; of its change only that it is new."""
    count = finding.count or 0
    number = (_NUMBERS[count - 1] if count <= len(_NUMBERS) else str(count)) if count else ""
    new = "new" if finding.change is Change.NEW else ""
    first = (new, number) if count == 1 else (number, new)
    size = f"{finding.size_mm:g} mm" if finding.size_mm and count < 2 else ""
    return " ".join(filter(None, (*first, size, grade_of(finding), _placed(finding))))


def grade_of(finding: Finding) -> str:
    """The severity in the word that fits the finding: "small", "mild", "mildly" or nothing."""
    if finding.severity is None:
        return ""
    grade = str(finding.severity) if finding.name in SIZED else GRADES[finding.severity]
    return f"{grade}ly" if FINDINGS[finding.name].text.startswith(_ADJECTIVES) else grade


def is_plural(finding: Finding) -> bool:
    """Whether its verb is "are"."""
    return _noun(finding).endswith("s") and not _noun(finding).endswith(("is", "ss"))


def _noun(finding: Finding) -> str:
    """Its name in the number it needs: several, or one on each side, are plural where the vocabulary has a plural."""
    several = (finding.count or 0) > 1 or (finding.side is Side.BILATERAL and finding.count is None)
    text, synonyms = FINDINGS[finding.name].text, FINDINGS[finding.name].synonyms
    plurals = (text.removesuffix(old) + new for old, new in _ENDINGS if text.endswith(old))
    return next((p for p in plurals if p in synonyms), text) if several else text


def _placed(finding: Finding) -> str:
    """The noun with its place and, of a device, where it ends."""
    side, location = finding.side, finding.location
    if finding.name in _TOWARDS and side in (Side.LEFT, Side.RIGHT):
        return f"{_noun(finding)} to the {side}"
    if finding.name == "elevated_hemidiaphragm" and side:
        return "elevation of " + ("both hemidiaphragms" if side is Side.BILATERAL else f"the {side} hemidiaphragm")
    if finding.name == "silhouette_sign" and side and location:
        return f"obscured {side} {location}"
    largest = f" of up to {finding.size_mm:g} mm" if finding.size_mm and (finding.count or 0) > 1 else ""
    noun = _noun(finding) + largest
    if location in _AFTER:
        return f"{noun} in " + (f"both {location}s" if side is Side.BILATERAL else f"the {_sided(location, side)}")
    named = "" if location is None else _AS_ADJECTIVE.get(location, location)
    return _sided(f"{named} {noun}".lstrip(), None if location == "lingula" else side) + _tip(finding)


def _sided(text: str, side: Side | None) -> str:
    return f"{side} {text}" if side else text


def _tip(finding: Finding) -> str:
    """Where a device ends, or the state of wires."""
    place = finding.position
    if place is None:
        return ""
    if finding.name == "sternal_wires":
        return f", {place}"
    part = "leads" if finding.name == "pacemaker" else "its tip"
    where = place if place.endswith("above the carina") else f"{'at' if place in _AT else 'in'} the {place}"
    return f" with {part} {where}"
