"""Findings and impression must tell one story: neither denies, invents or moves what the other says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.gravity import GRAVE, against_normal
from radiology.checks.statements import Said, kin, opposed, possible, same_place, statements
from radiology.checks.wording import named, said
from radiology.study import Certainty, DraftSentence, Finding

EXPECTED = GRAVE | {"nodule", "cardiomegaly", "endotracheal_tube", "gastric_tube", "chest_tube", "central_line"}
"""What an impression cannot bring up when the findings say nothing like it."""
_AIRSPACE = ("consolidation", "pneumonia", "opacity", "infiltration", "atelectasis")
_LUMP = re.compile(r"densit|lesion|mass|nodul|opaci|shadow|stripe", re.I)
_HINTS = {
    "nodule": _LUMP,
    "mass": _LUMP,
    "cardiomegaly": re.compile(r"heart|cardi", re.I),
    "pleural_effusion": re.compile(r"costophrenic|fluid|blunt|obscur", re.I),
    "pneumoperitoneum": re.compile(r"\bair\b|\bfree\b|subphrenic", re.I),
    "edema": re.compile(r"vascul|vessel|intersti", re.I),
}
"""Words of the findings that may mean a finding, where they do not plainly deny it."""


def findings_against_impression(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Impression sentences that the findings contradict, that move a finding to the other side, that name something
    the findings never did, or that call normal what is not."""
    body = _with_sides(statements(sentences, "findings"))
    if not body:
        return
    told = statements(sentences, "impression")
    names = {one.finding.name for one in told}
    for one in told:
        others = [other for other in body if other.finding.name not in names - {one.finding.name}]
        if reason := _against(one, others, told) if possible(one.finding) else _denied(one, body):
            yield Found(one.at, reason)
        elif _invented(one.finding, body, sentences):
            yield Found(one.at, f"It says {said(one.finding)}, the findings say nothing of it.")
    for i, sentence in enumerate(sentences):
        if sentence.section == "impression" and (grave := against_normal(sentence, body)):
            yield Found(i, f"It finds nothing wrong, the findings say {said(grave)}.")


def _against(one: Said, body: Sequence[Said], told: Sequence[Said]) -> str | None:
    """Why the findings are against a finding that the impression says is there, or may be.

    `body`: without what the impression names too; its own name stands for that.
    """
    finding = one.finding
    if _borne_out(finding, body):
        return None
    elsewhere = _elsewhere(finding, body)
    if elsewhere and not any(o.finding.name == finding.name and o.finding.side == elsewhere.side for o in told):
        return f"It says {said(finding)}, the findings say {said(elsewhere)}."
    if any(opposed(one, other) for other in body):
        return f"It says {said(finding)}, the findings say no {named(finding.name)}."
    return None


def _with_sides(body: Sequence[Said]) -> list[Said]:
    """A finding without a side has that of its kin in the same sentence: "left basal opacity, perhaps pneumonia"."""
    return [one if one.finding.side else one._replace(finding=_beside(one, body)) for one in body]


def _beside(one: Said, body: Sequence[Said]) -> Finding:
    near = (o.finding for o in body if o.at == one.at and possible(o.finding) and kin(o.finding.name, one.finding.name))
    side = next((finding.side for finding in near if finding.side), None)
    return one.finding.model_copy(update={"side": side}) if possible(one.finding) else one.finding


def _borne_out(finding: Finding, body: Sequence[Said]) -> bool:
    """Whether the findings have it, or something that may be called so, in the same place; where they have it on the
    other side only, something else counts on its very side."""
    others = [o.finding for o in body if possible(o.finding) and kin(finding.name, o.finding.name)]
    same = [other for other in others if other.name == finding.name]
    if same and not any(same_place(finding, other) for other in same):
        return any(other.side == finding.side for other in others)
    return any(same_place(finding, other) for other in others)


def _elsewhere(finding: Finding, body: Sequence[Said]) -> Finding | None:
    """What the findings have of it on the other side, or of airspace disease by any name."""
    names = _AIRSPACE if finding.name in _AIRSPACE else (finding.name,)
    others = (o.finding for o in body if possible(o.finding) and o.finding.name in names)
    return next((other for other in others if not same_place(finding, other)), None)


def _invented(finding: Finding, body: Sequence[Said], sentences: Sequence[DraftSentence]) -> bool:
    certain = finding.certainty is Certainty.PRESENT and finding.change is None
    if not certain or finding.name not in EXPECTED or _borne_out(finding, body):
        return False
    hint = _HINTS.get(finding.name)
    denied = {o.at for o in body if not possible(o.finding) and kin(finding.name, o.finding.name)}
    open_ = (s.text for i, s in enumerate(sentences) if s.section == "findings" and i not in denied)
    return hint is None or not any(map(hint.search, open_))


def _denied(one: Said, body: Sequence[Said]) -> str | None:
    against = next((other for other in body if opposed(one, other)), None)
    return f"It says {said(one.finding)}, the findings say {said(against.finding)}." if against else None
