"""A device that a text names must have been seen by somebody else than its author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.wording import named
from radiology.findings import FINDINGS
from radiology.study import Certainty, DraftSentence, Evidence


def device_nobody_supports(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences with a device as present that neither a region of the film, nor the prior, nor a similar case has.

    It takes no part where nothing was weighed: no sentence carries evidence, or a flag in place of it.
    """
    if not any(map(_weighed, sentences)):
        return
    for i, sentence in enumerate(sentences):
        for finding in (mention.finding for mention in sentence.findings):
            device = FINDINGS[finding.name].device and finding.certainty is Certainty.PRESENT
            if device and not any(_bears_out(evidence, finding.name) for evidence in sentence.evidence):
                yield Found(i, f"No region, prior or similar case has the {named(finding.name)}.")


def _weighed(sentence: DraftSentence) -> bool:
    """Whether somebody looked for evidence; the flags of checks do not count."""
    return bool(sentence.evidence or set(sentence.flags) - {fault.check for fault in sentence.faults})


def _bears_out(evidence: Evidence, name: str) -> bool:
    """A region tells its finding in its id, a prior or a case in its text."""
    if evidence.kind == "region":
        return evidence.id.endswith(f"/{name}")
    return evidence.kind in ("prior", "case") and named(name) in evidence.text
