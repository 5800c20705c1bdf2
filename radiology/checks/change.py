"""A change must fit what the latest prior says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found, prior_name
from radiology.checks.statements import kin, possible, same_place
from radiology.checks.wording import named, on_side
from radiology.imaging.chosen import prior_with_report
from radiology.reading.report import read_report
from radiology.study import Case, Certainty, Change, DraftSentence, Finding, Severity

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_ONWARD = (Change.WORSE, Change.STABLE, Change.BETTER, Change.RESOLVED)
"""Changes of something that was there."""


def change_against_prior(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences that call new what the latest prior has, that follow up what it says is absent, or whose severity went
    the other way. What the prior does not mention is unknown, and nothing is said of it."""
    prior = prior_with_report(context.study)
    if prior is None or not any(m.finding.change for s in sentences for m in s.findings):
        return
    known, name = _known(prior), prior_name(prior, context.study)
    for i, sentence in enumerate(sentences):
        for finding in (mention.finding for mention in sentence.findings if mention.finding.change):
            if reason := _against(finding, known, listed=bool(prior.findings)):
                yield Found(i, f"It calls the {named(finding.name)} {finding.change}, {name} {reason}.")


def _known(prior: Case) -> tuple[Finding, ...]:
    if prior.findings or prior.report is None:
        return prior.findings
    return read_report(f"{prior.report.findings}\n\n{prior.report.impression}")


def _against(finding: Finding, known: Sequence[Finding], listed: bool) -> str | None:
    """Why a change does not fit. What is read from a report, and not `listed`, may go by the name of its kin."""
    alike = [f for f in known if f.name == finding.name or (not listed and kin(f.name, finding.name))]
    there = [f for f in alike if possible(f) and same_place(f, finding)]
    same = next((f for f in there if f.name == finding.name), None)
    if finding.change is Change.NEW:
        had = same is not None and same.certainty is Certainty.PRESENT and same.side == finding.side
        return f"has it{on_side(finding.side)} already" if had else None
    denied = any(f.name == finding.name and not possible(f) and f.side in (None, finding.side) for f in known)
    if finding.change in _ONWARD and denied and not there:
        return "says it was not there"
    return _backwards(finding, same) if same else None


def _backwards(now: Finding, then: Finding) -> str | None:
    """Why the severities then and now go against the change stated."""
    if now.severity is None or then.severity is None or now.side != then.side:
        return None
    step = _RANK[now.severity] - _RANK[then.severity]
    against = (now.change is Change.WORSE and step < 0) or (now.change is Change.BETTER and step > 0)
    return f"has it {then.severity}, and now it is {now.severity}" if against else None
