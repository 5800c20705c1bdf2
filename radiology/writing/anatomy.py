"""Where in the body a finding belongs: the headings of a structured report, and which side holds which place.

The headings follow the order of the chest radiograph templates of RSNA RadReport (radreport.org).
"""

from __future__ import annotations

import re
from enum import StrEnum

from radiology.findings import FINDINGS
from radiology.study import Side
from radiology.vocabulary.mediastinum import MEDIASTINUM
from radiology.vocabulary.skeleton import SKELETON


class Heading(StrEnum):
    """In the order of a report."""

    LINES = "Lines and tubes"
    LUNGS = "Lungs"
    PLEURA = "Pleura"
    HEART = "Heart and mediastinum"
    BONES = "Bones"
    ABDOMEN = "Upper abdomen"
    OTHER = "Other"


_OTHER = (
    "subcutaneous_emphysema", "gynecomastia", "nipple_shadow", "foreign_body", "postsurgical_change", "calcification",
    "surgical_clips", "breast_implant",
)  # fmt: skip
_GROUPS: dict[Heading, tuple[str, ...]] = {
    Heading.OTHER: _OTHER,
    Heading.PLEURA: ("pleural_effusion", "pneumothorax", "pleural_thickening", "pleural_scarring"),
    Heading.ABDOMEN: ("elevated_hemidiaphragm", "pneumoperitoneum", "hernia"),
    Heading.BONES: ("fracture", "bone_hardware", *(term.name for term in SKELETON)),
    Heading.LINES: tuple(term.name for term in FINDINGS.values() if term.device),
    Heading.HEART: (
        "cardiomegaly", "enlarged_mediastinum", "heart_failure", "pericardial_effusion",
        *(term.name for term in MEDIASTINUM if term.name not in ("pulmonary_embolism", "silhouette_sign")),
    ),
}  # fmt: skip
"""Heading -> its findings; the first one that lists a finding has it, and the lungs have the rest."""
_WORDS: dict[Heading, str] = {
    Heading.LINES: r"tubes?|lines?|catheters?|leads?|devices?|drains?|hardware|implants?",
    Heading.PLEURA: r"pleura\w*|costophrenic|hemithora\w+",
    Heading.HEART: r"heart|cardi\w+|mediastin\w+|aort\w+|hil(?:a|ar|um)|trachea\w*",
    Heading.BONES: r"bones?|bony|osseous|ribs?|spine|vertebra\w*|clavicles?|shoulders?|skelet\w+",
    Heading.ABDOMEN: r"abdom\w+|(?:hemi)?diaphragm\w*|stomach|bowel|liver|spleen",
    Heading.LUNGS: r"lungs?|lobes?|lobar|pulmonary|airways?|parenchyma\w*",
}
_NAMED = {heading: re.compile(rf"\b(?:{words})\b", re.I) for heading, words in _WORDS.items()}
_NOT_ONE = re.compile(r"\bcardiopulmonary\b", re.I)
_OPENING = re.compile(r"^(?:Lungs|Pleura|Heart|Mediastinum|Bones|Devices): (?=\S)")
_ONLY_ON = {"middle lobe": Side.RIGHT, "lingula": Side.LEFT, "retrocardiac": Side.LEFT}


def heading_of(name: str) -> Heading:
    """The heading under which a finding of the vocabulary stands."""
    return next((heading for heading, names in _GROUPS.items() if name in names), Heading.LUNGS)


def heading_of_text(text: str) -> Heading:
    """The heading of a sentence without a finding: that of the first organ it names, else "Other"."""
    if _NOT_ONE.search(text):
        return Heading.OTHER
    found = [(match.start(), heading) for heading, words in _NAMED.items() if (match := words.search(text))]
    return min(found)[1] if found else Heading.OTHER


def opening_of(text: str) -> str:
    """The heading that a sentence of a structured report opens with, "Pleura: ", else nothing."""
    match = _OPENING.match(text)
    return match[0] if match else ""


def fits(location: str | None, side: Side | None) -> bool:
    """Whether there is such a place on that side: the middle lobe is right, the lingula left."""
    return location not in _ONLY_ON or side is None or _ONLY_ON[location] is side
