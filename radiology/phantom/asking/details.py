"""Questions about one finding that is there: side, place, number, size and severity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.balance import odds
from radiology.phantom.asking.wording import NUMBERS, SIDES, degree, open_question, place, subject
from radiology.phantom.language.nouns import SIZED, plural_of
from radiology.study import Finding, Question

_SHIFTED = {"mediastinal_shift": "mediastinum", "tracheal_shift": "trachea"}
_COUNTED = ("nodule", "granuloma")


def details(study_id: str, finding: Finding) -> Iterator[Question]:
    """Whatever the fields of one present finding answer; its device and change questions are elsewhere."""
    name, several = finding.name, (finding.count or 0) > 1
    asked = [
        (finding.side, _side_text(finding), SIDES.get(finding.side) if finding.side else None, "side"),
        (finding.location, f"Where {subject(finding)}?", place(finding) if finding.location else None, "where"),
        (finding.size_mm, _size_text(finding, several), f"{finding.size_mm or 0:.0f} mm", "size"),
        (finding.severity, _severity_text(finding), degree(finding) if finding.severity else None, "severity"),
    ]
    for known, text, answer, topic in asked:
        if known is not None and answer is not None:
            yield open_question(study_id, text, answer, topic, name)
    if finding.count or name in _COUNTED:
        yield count_question(study_id, name, finding.count or 1)


def count_question(study_id: str, name: str, count: int) -> Question:
    """How many there are; none is an answer."""
    text = f"How many {plural_of(name) or FINDINGS[name].text} are there?"
    return open_question(study_id, text, NUMBERS[count - 1] if count else "none", "count", name)


def none_to_count(study_id: str, absent: Sequence[Finding], rng: np.random.Generator) -> Iterator[Question]:
    """The same about what is not there, as often as it is there."""
    for finding in absent:
        if finding.name in _COUNTED and rng.random() < odds(finding.name):
            yield count_question(study_id, finding.name, 0)


def _side_text(finding: Finding) -> str:
    if finding.name in _SHIFTED:
        return f"To which side is the {_SHIFTED[finding.name]} shifted?"
    return f"On which side {subject(finding)}?"


def _size_text(finding: Finding, several: bool) -> str:
    return f"How large is the largest {FINDINGS[finding.name].text}?" if several else f"How large {subject(finding)}?"


def _severity_text(finding: Finding) -> str:
    return f"How {'large' if finding.name in SIZED else 'severe'} {subject(finding)}?"
