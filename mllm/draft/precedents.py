"""Evidence outside the image: the patient's prior and similar cases, as far as their reports say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mllm.draft.retriever import SimilarCase
from mllm.draft.wording import figure, stated
from radiology.checks.check import prior_name
from radiology.checks.wording import named
from radiology.imaging.chosen import prior_with_report
from radiology.study import Case, Certainty, Change, Evidence, Finding, Severity, Side, Study
from radiology.timeline.known import known_findings

_RANK = {Severity.SMALL: 0, Severity.MODERATE: 1, Severity.LARGE: 2}


@dataclass(frozen=True)
class Known:
    """A case with its findings, read from its report where they are not listed, and its likeness (1 for a prior)."""

    case: Case
    findings: tuple[Finding, ...]
    score: float = 1.0


@dataclass(frozen=True)
class Precedents:
    """The latest prior with a report, what to call it, and the similar cases of one study."""

    prior: Known | None = None
    similar: tuple[Known, ...] = ()
    prior_name: str = "the prior"


def read_precedents(study: Study, similar: Sequence[SimilarCase]) -> Precedents:
    """Read every report once, before the claims are weighed. The prior is the one whose report a model is shown: of a
    prior of which only films are known, nobody knows what it lacked."""
    told = prior_with_report(study)
    cases = tuple(Known(each.case, known_findings(each.case), each.score) for each in similar)
    if told is None:
        return Precedents(similar=cases)
    return Precedents(Known(told, known_findings(told)), cases, prior_name(told, study))


def from_cases(finding: Finding, precedents: Precedents) -> tuple[Evidence, ...]:
    """Similar cases that have the same finding, certainty and side."""
    return tuple(
        Evidence(
            kind="case",
            id=known.case.study.study_id,
            text=f"a similar case ({figure(known.score)}) has {_outcome(finding)}",
            score=known.score,
            source=known.case.source,
            licence=known.case.licence,
        )
        for known in precedents.similar
        if any(_same(finding, other) for other in known.findings)
    )


def from_prior(finding: Finding, precedents: Precedents) -> tuple[Evidence, ...]:
    """The prior, where it agrees: it has the finding, or lacked one that is called new, and the change stated fits."""
    known = precedents.prior
    if known is None or not _prior_agrees(finding, known):
        return ()
    text = f"{precedents.prior_name} {_prior_outcome(finding)}"
    source, licence = known.case.source, known.case.licence
    return (Evidence(kind="prior", id=known.case.study.study_id, text=text, score=1.0, source=source, licence=licence),)


def _same(claim: Finding, other: Finding) -> bool:
    return claim.name == other.name and claim.certainty is other.certainty and _covers(claim, other.side)


def _covers(claim: Finding, known: Side | None) -> bool:
    """Whether what is known of `known` side bears out the claim's: presence there, or absence everywhere."""
    if claim.side is known:
        return True
    if claim.certainty is Certainty.ABSENT:
        return known in {None, Side.BILATERAL}
    return claim.side is None or (known is Side.BILATERAL and claim.side is not Side.BILATERAL)


def _prior_agrees(claim: Finding, prior: Known) -> bool:
    present = claim.model_copy(update={"certainty": Certainty.PRESENT})
    had = next((f for f in prior.findings if _same(present, f)), None)
    if claim.change is Change.NEW:
        return had is None
    if claim.change is None:
        return any(_same(claim, f) for f in prior.findings)
    if claim.change is Change.STABLE and claim.certainty is Certainty.ABSENT:
        return had is None
    return had is not None and _fits(claim, had)


def _fits(claim: Finding, had: Finding) -> bool:
    """Whether the severity then and now, where both are stated, goes the way the change says."""
    if claim.severity is None or had.severity is None or claim.change is Change.RESOLVED:
        return True
    step = _RANK[claim.severity] - _RANK[had.severity]
    return {Change.WORSE: step >= 0, Change.BETTER: step <= 0}.get(claim.change or Change.STABLE, step == 0)


def _outcome(finding: Finding) -> str:
    if finding.certainty is Certainty.ABSENT:
        return f"no {stated(finding)}"
    return f"possible {stated(finding)}" if finding.certainty is Certainty.UNCERTAIN else stated(finding)


def _prior_outcome(finding: Finding) -> str:
    if finding.change is Change.NEW or (finding.change is Change.STABLE and finding.certainty is Certainty.ABSENT):
        return f"has no {named(finding.name)}, which agrees with {finding.change}"
    if finding.change is None:
        return f"has {_outcome(finding)}"
    return f"has {stated(finding)}, which agrees with {finding.change}"
