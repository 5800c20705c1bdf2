"""Questions with known answers about a case whose findings are completely known.

Topics: presence, open, devices, side, where, count, size, severity, tip, placement, change, compare, new, changes,
view, normal, choice, unanswerable.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.balance import odds
from radiology.phantom.asking.choices import choice_questions
from radiology.phantom.asking.course import course_questions
from radiology.phantom.asking.details import details, none_to_count
from radiology.phantom.asking.devices import device_questions
from radiology.phantom.asking.film import film_questions
from radiology.phantom.asking.refusals import refused
from radiology.phantom.language.nouns import is_counted, is_plural
from radiology.study import Case, Certainty, Change, Finding, Question

CLOSED = ("Is there {}?", "Does the film show {}?", "Is {} present?")


def _with_article(name: str) -> str:
    """A finding as a yes/no question names it; hernia stands without an article, as it was first published."""
    text = FINDINGS[name].text
    if is_plural(Finding(name=name)):
        return f"evidence of {text}"
    if is_counted(name) and name != "hernia":
        return f"an {text}" if text[0] in "aeiou" else f"a {text}"
    return text


def closed_question(study_id: str, name: str, present: bool, phrasing: int = 0) -> Question:
    """A yes/no question about one finding; `phrasing` chooses the wording."""
    words = CLOSED[phrasing % len(CLOSED)].format(_with_article(name))
    return Question(
        study_id=study_id, text=words, answer="yes" if present else "no", kind="closed", topic="presence", name=name
    )


def ask(case: Case, rng: np.random.Generator) -> tuple[Question, ...]:
    """The questions about one case. Nothing is asked about a finding that is uncertain, nor what has two answers
    because a finding stands in the case once for each side."""
    study_id, present = case.study.study_id, case.present
    times = Counter(finding.name for finding in case.findings)
    absent = [f for f in case.findings if f.certainty is Certainty.ABSENT and f.change is None and times[f.name] == 1]
    once = [finding for finding in present if times[finding.name] == 1]
    gone = [f for f in case.findings if f.change is Change.RESOLVED and times[f.name] == 1]
    asked = [*_presence(study_id, sorted({f.name for f in present}), absent, rng)]
    asked += film_questions(case.study, case.findings, rng)
    asked += device_questions(study_id, once, rng)
    for finding in once:
        asked += details(study_id, finding)
    asked += none_to_count(study_id, absent, rng)
    asked += choice_questions(study_id, once, absent, rng)
    if case.study.priors:
        asked += course_questions(study_id, [*once, *gone], rng)
    refusal = refused(case.study, once, absent, rng)
    return (*asked, refusal) if refusal else tuple(asked)


def _presence(study_id: str, present: list[str], absent: list[Finding], rng: np.random.Generator) -> list[Question]:
    """Yes to everything that is there, and no as often to everything that is not."""
    wrong = [finding.name for finding in absent if rng.random() < odds(finding.name)]
    pairs = [(name, True) for name in present] + [(name, False) for name in wrong]
    return [closed_question(study_id, name, there, int(rng.integers(len(CLOSED)))) for name, there in pairs]
