"""What questions and their answers are made of: findings as a question names them, and answers about one."""

from __future__ import annotations

from collections.abc import Sequence

from radiology.findings import FINDINGS
from radiology.phantom.language.nouns import GRADE, SIZED, is_plural, noun_of
from radiology.phantom.language.places import RETROCARDIAC
from radiology.phantom.language.sites import following, position
from radiology.study import Finding, Question, Side

SIDES = {Side.LEFT: "left", Side.RIGHT: "right", Side.BILATERAL: "both"}
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def open_question(study_id: str, text: str, answer: str, topic: str, name: str | None = None) -> Question:
    return Question(study_id=study_id, text=text, answer=answer, kind="open", topic=topic, name=name)


def yes_no(study_id: str, text: str, yes: bool, topic: str) -> Question:
    """A yes/no question that is not about the presence of a finding, so it names none."""
    return Question(study_id=study_id, text=text, answer="yes" if yes else "no", kind="closed", topic=topic)


def subject(finding: Finding) -> str:
    """The subject with its verb: "is the nodule", "are the nodules"."""
    return f"{'are' if is_plural(finding) else 'is'} the {noun_of(finding)}"


def names(findings: Sequence[Finding], empty: str = "none") -> str:
    """The names in their order, once each, or `empty`."""
    return ", ".join(dict.fromkeys(FINDINGS[finding.name].text for finding in findings)) or empty


def place(finding: Finding) -> str:
    """Where a finding with a location is: "right upper lobe", "both bases", "left sixth rib"."""
    if finding.location == RETROCARDIAC:
        return "behind the heart"
    return following(finding).partition(" ")[2].removeprefix("the ")


def tip(finding: Finding) -> str:
    """Where a device with a position ends: "stomach", "4 cm above the carina"."""
    return position(finding).removeprefix("in the ").removeprefix("at the ")


def degree(finding: Finding) -> str:
    """The severity of a finding that has one: "small", or "mild" where it is a grade."""
    assert finding.severity is not None
    return str(finding.severity) if finding.name in SIZED else GRADE[finding.severity]


def choice(study_id: str, text: str, options: Sequence[str], answer: str, name: str | None = None) -> Question:
    return Question(
        study_id=study_id, text=text, answer=answer, kind="choice", choices=tuple(options), topic="choice", name=name
    )
