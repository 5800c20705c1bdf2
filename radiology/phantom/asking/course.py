"""Questions about what has changed since the prior study; only where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.wording import names, open_question, subject, yes_no
from radiology.phantom.language.nouns import SIZED, is_plural, noun_of
from radiology.study import Change, Finding, Question

_NEW_ODDS, _WORSE_ODDS = 0.55, 0.2
"""Chances that what is not new, and not worse, is asked about as if it could be."""


def course_questions(study_id: str, findings: Sequence[Finding], rng: np.random.Generator) -> Iterator[Question]:
    """How each finding has changed, and the changes of all; `findings` are the present and the resolved ones."""
    for finding in findings:
        if finding.change is not None:
            yield from _about(study_id, finding, finding.change, rng)
    if any(finding.change is not None for finding in findings) or not findings:
        new = [finding for finding in findings if finding.change is Change.NEW]
        yield open_question(study_id, "What is new since the prior study?", names(new, "nothing"), "new")
        yield open_question(study_id, "What has changed since the prior study?", _changes(findings), "changes")


def _about(study_id: str, finding: Finding, change: Change, rng: np.random.Generator) -> Iterator[Question]:
    have = "have" if is_plural(finding) else "has"
    yield open_question(study_id, f"How {have} the {noun_of(finding)} changed?", str(change), "change", finding.name)
    if change is Change.RESOLVED:
        return
    new = change is Change.NEW
    if new or rng.random() < _NEW_ODDS:
        yield yes_no(study_id, f"{_upper(subject(finding))} new?", new, "compare")
    worse = change is Change.WORSE
    if not new and not FINDINGS[finding.name].device and (worse or rng.random() < _WORSE_ODDS):
        more = "larger" if finding.name in SIZED else "worse"
        yield yes_no(study_id, f"{_upper(subject(finding))} {more} than on the prior study?", worse, "compare")


def _changes(findings: Sequence[Finding]) -> str:
    """Every change but stable: "pleural effusion worse, nodule new"; or "nothing"."""
    told = [f for f in findings if f.change not in (None, Change.STABLE)]
    return ", ".join(f"{FINDINGS[f.name].text} {f.change}" for f in told) or "nothing"


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
