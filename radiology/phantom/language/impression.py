"""The impression: what matters, in short, or that nothing does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.changes import IN_SHORT, resolved
from radiology.phantom.language.devices import JUDGEMENT
from radiology.phantom.language.phrases import phrase_of, pick, stated
from radiology.phantom.language.places import Placement, placement_of
from radiology.phantom.language.statement import Statement
from radiology.study import Certainty, Change, Finding

NORMAL = ("No acute cardiopulmonary abnormality.", "Normal chest.", "No acute abnormality.")
UNCHANGED = ("No change since the prior study.", "Stable appearance since the prior study.")
_URGENT = (
    "pneumothorax", "pneumoperitoneum", "mediastinal_shift", "mass", "consolidation", "edema", "pleural_effusion",
)  # fmt: skip


def conclude(findings: Sequence[Finding], rng: np.random.Generator, whole: bool) -> list[Statement]:
    """The impression of `findings`. The `whole` one repeats everything, else normal devices and variants are left out
    and the size of what is measured half of the time."""
    told = [f for f in findings if f.certainty is not Certainty.ABSENT and (whole or _matters(f))]
    gone = [f for f in findings if f.change is Change.RESOLVED]
    if not told and not gone:
        return [Statement(text=_normal(findings, rng), section="impression")]
    ranked = sorted(told, key=_rank)
    statements = [_item(f if whole else _in_short(f, rng), rng) for f in ranked]
    statements += [resolved(f, rng, True).model_copy(update={"section": "impression"}) for f in gone]
    if all(f.change is Change.STABLE for f in findings if f.certainty is not Certainty.ABSENT) and not gone:
        statements.append(Statement(text=pick(rng, UNCHANGED), section="impression"))
    return statements


def _normal(findings: Sequence[Finding], rng: np.random.Generator) -> str:
    """A normal chest only where nothing at all is there, not even a well placed device."""
    bare = all(f.certainty is Certainty.ABSENT for f in findings)
    return pick(rng, NORMAL if bare else (NORMAL[0], NORMAL[2]))


def _matters(finding: Finding) -> bool:
    term = FINDINGS[finding.name]
    if term.device:
        return placement_of(finding.name, finding.position) not in (None, Placement.RIGHT)
    return term.abnormal


def _rank(finding: Finding) -> int:
    """Misplaced devices, then what is urgent, then the rest; certain before possible by the order given."""
    if FINDINGS[finding.name].device:
        return -1
    return _URGENT.index(finding.name) if finding.name in _URGENT else len(_URGENT)


def _in_short(finding: Finding, rng: np.random.Generator) -> Finding:
    if rng.random() < 0.5 or FINDINGS[finding.name].device:
        return finding
    return finding.model_copy(update={"size_mm": None})


def _item(finding: Finding, rng: np.random.Generator) -> Statement:
    phrase = phrase_of(finding, rng)
    text = phrase
    if finding.certainty is Certainty.UNCERTAIN:
        several = (finding.count or 0) > 1
        text = f"{phrase} are suspected" if several else f"{pick(rng, ('possible', 'probable'))} {phrase}"
    placement = placement_of(finding.name, finding.position)
    if placement is not None and placement is not Placement.RIGHT and finding.name != "sternal_wires":
        text += JUDGEMENT[placement][0]
    if finding.change in IN_SHORT:
        text += f", {pick(rng, IN_SHORT[finding.change])}"
    return stated(f"{text}.", phrase, finding, "impression")
