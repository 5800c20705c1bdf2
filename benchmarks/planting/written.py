"""A report in sentences, with all that a check may look at, and how it becomes what the checks are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from mllm.draft.claims import read_claims
from radiology.checks.check import Reference
from radiology.findings import FINDINGS
from radiology.reading.sentences import split_sentences
from radiology.study import Box, Case, DraftSentence, Evidence, Finding, Mention, Study

STOPS = (".", "?", "!")


@dataclass(frozen=True)
class Written:
    """`text` is the report as it stands, where nothing was planted. `truth` has the boxes of a phantom's findings;
    sentences of `unseen` are those that nobody has evidence for."""

    study: Study
    findings: tuple[str, ...]
    impression: tuple[str, ...]
    truth: tuple[Finding, ...] = ()
    references: tuple[Reference, ...] = ()
    unseen: frozenset[str] = field(default_factory=frozenset)
    text: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        return self.findings + self.impression


def written(case: Case, study: Study, references: tuple[Reference, ...]) -> Written:
    """The report of a case as it stands; `study` may be another than the case's own."""
    findings, impression = (case.report.findings, case.report.impression) if case.report else ("", "")
    return Written(
        study,
        tuple(map(stopped, split_sentences(findings))),
        tuple(map(stopped, split_sentences(impression))),
        case.findings if case.phantom_version else (),
        references,
        text=f"FINDINGS: {findings}\nIMPRESSION: {impression}",
    )


def stopped(sentence: str) -> str:
    """With a full stop, so that what is put behind it stays a sentence of its own."""
    words = " ".join(sentence.split())
    return words if words.endswith(STOPS) else f"{words}."


def sentences_of(report: Written) -> list[DraftSentence]:
    """Read as any text is, with a phantom's boxes and an evidence layer that supports all but what is unseen."""
    text = report.text or f"FINDINGS: {' '.join(report.findings)}\nIMPRESSION: {' '.join(report.impression)}"
    return [
        _weighed(
            DraftSentence(
                text=claim.text,
                section=claim.section,
                findings=tuple(_drawn(mention, report.truth) for mention in claim.mentions),
            ),
            report.unseen,
        )
        for claim in read_claims(text, ())
    ]


def _drawn(mention: Mention, truth: tuple[Finding, ...]) -> Mention:
    """With the true boxes of the finding of that name."""
    boxes: tuple[Box, ...] = next((f.boxes for f in truth if f.name == mention.finding.name), ())
    return mention.model_copy(update={"finding": mention.finding.model_copy(update={"boxes": boxes})})


def _weighed(sentence: DraftSentence, unseen: frozenset[str]) -> DraftSentence:
    """With made-up evidence of the form that the evidence layer gives: a region for each finding, or a flag."""
    if sentence.text in unseen:
        return sentence.model_copy(update={"flags": ("unsupported",)})
    if not sentence.findings:
        return sentence.model_copy(update={"flags": ("no finding",)})
    names = dict.fromkeys(mention.finding.name for mention in sentence.findings)
    evidence = (
        Evidence(kind="region", id=f"frontal/{name}", text=f"seen: {FINDINGS[name].text}", score=0.9) for name in names
    )
    return sentence.model_copy(update={"evidence": tuple(evidence)})
