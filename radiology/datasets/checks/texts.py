"""Identifiers in the texts of a case and in what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from radiology.datasets.checks.problem import Problem
from radiology.datasets.identifiers import find_identifiers
from radiology.study import Case, Question

IDENTIFIER = "identifier in a text"


def named_in_case(case: Case) -> Iterator[Problem]:
    """In sections of the study and of its report; a section that both have is told once.

    The day of the study or of a prior, as the case states it anyway, gives nothing away.
    """
    study = case.study
    days = {str(known.date) for known in (study, *(prior.study for prior in study.priors))}
    texts = {
        "indication": study.indication,
        "technique": study.technique,
        "comparison": study.comparison,
        "note": study.note,
    }
    parts = [*texts.items(), *(case.report.model_dump().items() if case.report else ())]
    for section, text in dict.fromkeys(parts):
        yield from _named(text, f"study {study.study_id}, {section}", days)


def named_in_priors(cases: Sequence[Case], questions: Sequence[Question]) -> Iterator[Problem]:
    """In priors that are no case of their own."""
    told = {case.study.study_id for case in cases}
    for prior in (prior for case in cases for prior in case.study.priors):
        if prior.study.study_id not in told:
            told.add(prior.study.study_id)
            yield from named_in_case(prior)


def named_in_questions(cases: Sequence[Case], questions: Sequence[Question]) -> Iterator[Problem]:
    for number, question in enumerate(questions, start=1):
        for part, text in (("text", question.text), ("answer", question.answer)):
            yield from _named(text, f"question {number}, {part}")


def _named(text: str, where: str, known: Set[str] = frozenset()) -> Iterator[Problem]:
    for found in find_identifiers(text):
        if text[found.start : found.end] not in known:
            yield Problem(IDENTIFIER, f"{where}, characters {found.start} to {found.end}: {found.kind}")
