"""How each finding is named: its plural, whether it takes an article, and whether its severity is a size or a grade."""

from __future__ import annotations

from radiology.findings import FINDINGS
from radiology.study import Finding, Severity, Side

SIZED = frozenset({
    "pleural_effusion", "pneumothorax", "consolidation", "nodule", "mass", "hernia", "opacity", "cavitation", "bulla",
    "granuloma", "infiltration", "pneumoperitoneum", "pericardial_effusion",
})  # fmt: skip
"""Findings whose severity is a size (small); that of all others is a grade (mild)."""
GRADE = {Severity.SMALL: "mild", Severity.MODERATE: "moderate", Severity.LARGE: "severe"}
ADVERB = {Severity.SMALL: "mildly ", Severity.MODERATE: "moderately ", Severity.LARGE: "severely ", None: ""}
NUMBERS = ("solitary", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
"""Counts in words, from one."""

_ADJECTIVES = ("enlarged", "elevated", "tortuous", "increased", "low", "obscured")
"""A phrase that opens with one of these is graded by an adverb: "mildly enlarged mediastinum"."""
_PLURAL = frozenset({
    "low_lung_volumes", "bronchovascular_markings", "vertebral_degeneration", "joint_degeneration", "sternal_wires",
    "surgical_clips",
})  # fmt: skip
_COUNTED = frozenset({
    "pleural_effusion", "nodule", "pneumothorax", "infiltration", "mass", "hernia", "opacity", "enlarged_mediastinum",
    "fracture", "bulla", "granuloma", "pericardial_effusion", "interstitial_pattern", "miliary_pattern",
    "elevated_hemidiaphragm", "azygos_lobe", "nipple_shadow", "tortuous_aorta", "goiter", "right_aortic_arch",
    "bone_lesion", "bone_deformity", "pectus_deformity", "cervical_rib", "dislocation", "foreign_body",
    "postsurgical_change", "silhouette_sign",
})  # fmt: skip
_IRREGULAR = {
    "mass": "masses", "opacity": "opacities", "pneumothorax": "pneumothoraces", "bulla": "bullae",
    "foreign_body": "foreign bodies",
}  # fmt: skip


def is_counted(name: str) -> bool:
    """Whether one of them takes an article: "a nodule", but "edema"."""
    return name in _COUNTED or (FINDINGS[name].device and name not in _PLURAL and name != "bone_hardware")


def is_plural(finding: Finding) -> bool:
    """Whether its verb is "are": several, or one on each side."""
    several = (finding.count or 0) > 1 or (finding.side is Side.BILATERAL and finding.count is None)
    return finding.name in _PLURAL or (several and plural_of(finding.name) is not None)


def plural_of(name: str) -> str | None:
    """The plural of what is counted, where the vocabulary has it."""
    plural = _IRREGULAR.get(name, f"{FINDINGS[name].text}s")
    return plural if is_counted(name) and plural in FINDINGS[name].synonyms else None


def noun_of(finding: Finding) -> str:
    """The bare words in the number they need: "pleural effusion", "nodules"."""
    return (plural_of(finding.name) if is_plural(finding) else None) or FINDINGS[finding.name].text


def with_article(phrase: str, finding: Finding) -> str:
    """With "a" or "an": "an 8 mm nodule"; a plural and what is not counted stay as they are."""
    if is_plural(finding) or not is_counted(finding.name):
        return phrase
    return f"an {phrase}" if phrase.startswith(("a", "e", "i", "o", "8", "11 ", "18 ")) else f"a {phrase}"


def degree_of(finding: Finding, phrase: str) -> str:
    """The severity in words that go before `phrase`: "small", "mild", "mildly" or nothing."""
    if finding.severity is None:
        return ""
    if phrase.split(maxsplit=1)[0] in _ADJECTIVES:
        return ADVERB[finding.severity].rstrip()
    return str(finding.severity) if finding.name in SIZED else GRADE[finding.severity]


def capital(text: str) -> str:
    return text[0].upper() + text[1:]
