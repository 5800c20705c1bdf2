"""Reports as positives of published label sets: CheXpert's 14 and 5 (Irvin et al., 2019), ChestX-ray14's 14.

Only what is present is positive: an uncertain or absent finding is not. "No Finding" is positive when nothing but
devices is present or uncertain, as `radiology.reading.labels` has it; a failed report says not even that.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.metrics.agreement import Compare, Statements
from eval.metrics.findings import present
from eval.prediction import Prediction
from radiology.findings import CHEXPERT_LABELS, FINDINGS
from radiology.study import Certainty, Finding

CHEXPERT_14 = CHEXPERT_LABELS
CHEXPERT_5 = ("Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion")


def chexpert_positives(findings: Iterable[Finding]) -> frozenset[str]:
    """The CheXpert labels that are positive for a report with these findings."""
    known = tuple(findings)
    labels = {FINDINGS[name].chexpert for name in present(known)}
    abnormal = any(f.certainty is not Certainty.ABSENT and not FINDINGS[f.name].device for f in known)
    return frozenset(label for label in labels if label) | ({"No Finding"} if not abnormal else frozenset())


def chexpert(labels: Iterable[str]) -> Compare:
    """The positives among `labels`."""
    own = frozenset(labels)

    def compare(row: Prediction) -> tuple[Statements, Statements]:
        predicted = frozenset() if row.failed else chexpert_positives(row.findings)
        return predicted & own, chexpert_positives(row.truth) & own

    return compare
