"""A report to the label sets of ChestX-ray14 and CheXpert: 1 present, 0 absent, -1 uncertain, None not mentioned."""

from __future__ import annotations

from collections.abc import Iterable

from radiology.findings import CHEXPERT_LABELS, FINDINGS, NIH_LABELS
from radiology.reading.report import read_report
from radiology.study import Certainty, Finding

_VALUE = {Certainty.PRESENT: 1, Certainty.UNCERTAIN: -1, Certainty.ABSENT: 0}
_STRENGTH = {None: 0, 0: 1, -1: 2, 1: 3}


def nih_labels(text: str) -> dict[str, int | None]:
    """The 14 labels of ChestX-ray14 for a whole report.

    What is probable, borderline or one of two alternatives counts as present, as in the gold labels of Open-i.
    """
    findings = read_report(text, weak=Certainty.PRESENT)
    return {label: _strongest(f for f in findings if f.name == name) for label, name in NIH_LABELS.items()}


def chexpert_labels(text: str) -> dict[str, int | None]:
    """The 14 labels of CheXpert for a whole report.

    "No Finding" is 1 when something is said and nothing but devices is present or uncertain, else None.
    """
    findings = read_report(text)
    labels = {label: _strongest(f for f in findings if FINDINGS[f.name].chexpert == label) for label in CHEXPERT_LABELS}
    abnormal = any(f.certainty is not Certainty.ABSENT and not FINDINGS[f.name].device for f in findings)
    return labels | {"No Finding": None if abnormal or not text.strip() else 1}


def _strongest(findings: Iterable[Finding]) -> int | None:
    values = [_VALUE[finding.certainty] for finding in findings]
    return max(values, key=lambda value: _STRENGTH[value], default=None)
