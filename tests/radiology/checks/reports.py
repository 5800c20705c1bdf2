"""How the tests of checks write reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

from radiology.checks.check import Reference
from radiology.checks.table import checked
from radiology.reading.mentions import read_sentence
from radiology.study import Box, Case, DraftSentence, Finding, Projection, Report, Study, View

FRONTAL = View(id="frontal", path="f.png", projection=Projection.PA, width=30, height=40)
LATERAL = View(id="lateral", path="l.png", projection=Projection.LATERAL, width=30, height=40)
STUDY = Study(study_id="S-1204", patient_id="P-7788", views=(FRONTAL, LATERAL))


def followed(findings: str = "", listed: Sequence[Finding] = (), date: str | None = None) -> Study:
    """The study, of 2020-02-02, after a prior of that day with that report, or with those findings."""
    earlier = Study.model_validate({"study_id": "S-1100", "patient_id": "P-7788", "date": date})
    report = Report(findings=findings) if findings else None
    priors = (Case(study=earlier, report=report, findings=tuple(listed)),)
    return STUDY.model_copy(update={"date": Date(2020, 2, 2), "priors": priors})


def sentence(text: str, box: Box | None = None) -> DraftSentence:
    """A sentence as it is read; "Impression: ..." is one of the impression; `box` belongs to its first finding."""
    section, words = ("impression", text[12:]) if text.startswith("Impression: ") else ("findings", text)
    mentions = read_sentence(words)
    if box:
        first = mentions[0].model_copy(update={"finding": mentions[0].finding.model_copy(update={"boxes": (box,)})})
        mentions = (first, *mentions[1:])
    return DraftSentence.model_validate({"text": words, "section": section, "findings": mentions})


def report(*texts: str, study: Study = STUDY, references: Sequence[Reference] = ()) -> tuple[DraftSentence, ...]:
    """The checked sentences of a report."""
    return checked([sentence(text) for text in texts], study, references)


def flagged(name: str, *texts: str, study: Study = STUDY, references: Sequence[Reference] = ()) -> list[int]:
    """The numbers of the sentences that the check of that name flags."""
    return [i for i, each in enumerate(report(*texts, study=study, references=references)) if name in each.flags]


def reasons(*texts: str, study: Study = STUDY) -> list[str]:
    """Every reason given, in order."""
    return [fault.reason for each in report(*texts, study=study) for fault in each.faults]
