"""How a report is laid out: which style, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.statement import Statement
from radiology.study import Certainty
from radiology.vocabulary.mediastinum import MEDIASTINUM
from radiology.vocabulary.skeleton import SKELETON


class Style(StrEnum):
    """TERSE: noun phrases. PROSE: sentences. STRUCTURED: noun phrases under headings, each in one paragraph. BRIEF:
    an impression and nothing else."""

    TERSE = "terse"
    PROSE = "prose"
    STRUCTURED = "structured"
    BRIEF = "brief"


SHARES = {Style.TERSE: 0.25, Style.PROSE: 0.4, Style.STRUCTURED: 0.25, Style.BRIEF: 0.1}
HEADINGS = ("Lungs", "Pleura", "Heart", "Mediastinum", "Bones", "Devices")
_PLEURA = ("pleural_effusion", "pneumothorax", "pleural_thickening", "pleural_scarring")
_HEART = ("cardiomegaly", "pericardial_effusion", "heart_failure")
_MEDIASTINUM = ("enlarged_mediastinum", *(term.name for term in MEDIASTINUM))
_BONES = ("fracture", *(term.name for term in SKELETON))
_UNDER_HEADING = {
    ("consolidation", "infiltration", "opacity"): "Clear.",
    ("cardiomegaly",): "Normal in size.",
    ("enlarged_mediastinum",): "Normal.",
    ("fracture",): "Intact.",
}
"""What a heading says of its organ when the sentence that it opens denies just these findings."""


def draw_style(rng: np.random.Generator) -> Style:
    return list(SHARES)[int(rng.choice(len(SHARES), p=list(SHARES.values())))]


def heading_of(name: str) -> str:
    """The heading under which a finding stands; diaphragm and abdomen go with the lungs."""
    if FINDINGS[name].device:
        return "Devices"
    groups = {"Pleura": _PLEURA, "Heart": _HEART, "Mediastinum": _MEDIASTINUM, "Bones": _BONES}
    return next((heading for heading, names in groups.items() if name in names), "Lungs")


def _heading(statement: Statement) -> str:
    return heading_of(statement.findings[0].name) if statement.findings else "Lungs"


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    """By heading, what is there before what is not."""
    return sorted(statements, key=lambda s: (HEADINGS.index(_heading(s)), s.phrase is None))


def under_headings(statements: Sequence[Statement]) -> list[Statement]:
    """In order, the first sentence of each heading opened by it: "Pleura: Small left effusion."."""
    placed: list[Statement] = []
    seen: set[str] = set()
    for statement in in_order(statements):
        heading = _heading(statement)
        placed.append(statement if heading in seen else _opened(statement, heading))
        seen.add(heading)
    return placed


def _opened(statement: Statement, heading: str) -> Statement:
    opening, denied = f"{heading}: ", _denied(statement)
    if denied in _UNDER_HEADING:
        return statement.model_copy(update={"text": opening + _UNDER_HEADING[denied]})
    span = statement.phrase and (statement.phrase[0] + len(opening), statement.phrase[1] + len(opening))
    return statement.model_copy(update={"text": opening + statement.text, "phrase": span})


def _denied(statement: Statement) -> tuple[str, ...]:
    """The names of the findings of a sentence that denies all of them for both sides and no more."""
    plain = all(f.certainty is Certainty.ABSENT and f.side is None and f.change is None for f in statement.findings)
    return tuple(finding.name for finding in statement.findings) if plain else ()
