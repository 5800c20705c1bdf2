"""A report to the label sets of ChestX-ray14 and CheXpert: 1 present, 0 absent, -1 uncertain, None not mentioned."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from radiology.findings import CHEXPERT_LABELS, FINDINGS, NIH_LABELS
from radiology.reading.mentions import read_sentence
from radiology.reading.report import read_report, read_sentences
from radiology.reading.sections import read_sections
from radiology.study import Certainty, Finding, Mention

_VALUE = {Certainty.PRESENT: 1, Certainty.UNCERTAIN: -1, Certainty.ABSENT: 0}
_STRENGTH = {None: 0, 0: 1, -1: 2, 1: 3}
_OUTLINE = re.compile(r"silhouette|shadow|contour", re.IGNORECASE)


def nih_labels(text: str) -> dict[str, int | None]:
    """The 14 labels of ChestX-ray14 for a whole report, as in the gold labels of Open-i.

    What is probable, borderline or one of two alternatives counts as present. An enlarged cardiac *silhouette* is
    uncertain cardiomegaly: it may be a pericardial effusion, and those labels keep it apart.
    """
    stated: dict[str, list[Certainty]] = defaultdict(list)
    for sentence in read_sentences(read_sections(text)):
        for mention in read_sentence(sentence, weak=Certainty.PRESENT):
            stated[mention.finding.name].append(_in_nih(sentence, mention))
    return {label: _strongest(stated[name]) for label, name in NIH_LABELS.items()}


def _in_nih(sentence: str, mention: Mention) -> Certainty:
    finding = mention.finding
    enlarged = finding.name == "cardiomegaly" and finding.certainty is Certainty.PRESENT
    if enlarged and _OUTLINE.search(sentence, mention.start, mention.end):
        return Certainty.UNCERTAIN
    return finding.certainty


def chexpert_labels(text: str) -> dict[str, int | None]:
    """The 14 labels of CheXpert for a whole report.

    "No Finding" is 1 when something is said and nothing abnormal is present or uncertain, else None. As in the
    CheXpert labeler, findings without a label of their own (scoliosis, a calcified aorta) count against it; devices,
    variants and low lung volumes do not.
    """
    findings = read_report(text)
    labels = {
        label: _strongest(f.certainty for f in findings if FINDINGS[f.name].chexpert == label)
        for label in CHEXPERT_LABELS
    }
    return labels | {"No Finding": None if any(map(_abnormal, findings)) or not text.strip() else 1}


def _abnormal(finding: Finding) -> bool:
    term = FINDINGS[finding.name]
    return finding.certainty is not Certainty.ABSENT and term.abnormal and not term.device


def _strongest(certainties: Iterable[Certainty]) -> int | None:
    return max(map(_VALUE.__getitem__, certainties), key=lambda value: _STRENGTH[value], default=None)
