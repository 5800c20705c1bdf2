"""What a check is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from radiology.imaging.chosen import time_before
from radiology.study import Case, DraftSentence, Noun, Study


class Reference(Noun):
    """Another report that its author may have copied from; `origin` is what to call it: "case openi-12"."""

    origin: str
    text: str


class Context(Noun):
    """What a report is checked against: its study, with the priors, and the reports that stood beside it."""

    study: Study
    references: tuple[Reference, ...] = ()


class Found(NamedTuple):
    """A fault: the number of the sentence it is at, and in one sentence what is against what."""

    at: int
    reason: str


Check = Callable[[Sequence[DraftSentence], Context], Iterator[Found]]


def references(cases: Iterable[Case]) -> tuple[Reference, ...]:
    """The reports of retrieved cases, as far as they have one."""
    return tuple(_reference(f"case {case.study.study_id}", case) for case in cases if case.report)


def prior_reports(study: Study) -> tuple[Reference, ...]:
    """The reports of the study's priors, as far as they have one."""
    return tuple(_reference(prior_name(prior, study), prior) for prior in study.priors if prior.report)


def prior_name(prior: Case, study: Study) -> str:
    """What to call a prior of `study`: "the prior of 27 days before", or "the prior" where a date is unknown."""
    when = time_before(prior.study, study)
    return f"the prior of {when}" if when else "the prior"


def _reference(origin: str, case: Case) -> Reference:
    report = case.report
    return Reference(origin=origin, text=f"{report.findings}\n\n{report.impression}" if report else "")
