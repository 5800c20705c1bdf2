"""A structured score: findings with all that is said of them, matched one to one.

After the description of LunguageScore (Moon et al., 2025): the match of two findings is the likeness of their names,
times the agreement of their changes, times a weighted sum over the agreement of their attributes; findings are paired
so that the matches sum to the most. The likenesses and weights are ours, so values do not compare with that paper's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from eval.metrics.findings import said
from eval.prediction import Prediction
from radiology.findings import FINDINGS
from radiology.reading.report import merge
from radiology.study import Certainty, Change, Finding, Severity, Side

KIN = 0.5
"""Likeness of two names that share a CheXpert label, such as nodule and mass."""
UNSAID = 0.5
"""Agreement where one of two findings states an attribute and the other does not."""
_GRADES = tuple(Severity)


def match_score(one: Finding, other: Finding) -> float:
    """0 to 1; a finding that is gone matches only one that is gone. Opposite changes halve the match."""
    if (one.certainty is Certainty.ABSENT) is not (other.certainty is Certainty.ABSENT):
        return 0.0
    agreed = sum(weight * agreement(one, other) for weight, agreement in _ATTRIBUTES) / 100
    return _likeness(one, other) * (1 + _equal(one.change, other.change)) / 2 * agreed


def _likeness(one: Finding, other: Finding) -> float:
    if one.name == other.name:
        return 1.0
    label = FINDINGS[one.name].chexpert
    return KIN if label and label == FINDINGS[other.name].chexpert else 0.0


def _equal(one: object, other: object) -> float:
    return UNSAID if (one is None) is not (other is None) else float(one == other)


def _certainty(one: Finding, other: Finding) -> float:
    """Present against uncertain is half right."""
    return 1.0 if one.certainty is other.certainty else 0.5


def _place(one: Finding, other: Finding) -> float:
    """The location in the lung, or where a device ends."""
    return _equal(one.location or one.position, other.location or other.position)


def _severity(one: Finding, other: Finding) -> float:
    """Neighbouring grades are half right."""
    if one.severity is None or other.severity is None:
        return _equal(one.severity, other.severity)
    return 1 - abs(_GRADES.index(one.severity) - _GRADES.index(other.severity)) / (len(_GRADES) - 1)


def _size(one: Finding, other: Finding) -> float:
    """The smaller size over the larger."""
    if one.size_mm is None or other.size_mm is None:
        return _equal(one.size_mm, other.size_mm)
    return min(one.size_mm, other.size_mm) / max(one.size_mm, other.size_mm)


_ATTRIBUTES: tuple[tuple[int, Callable[[Finding, Finding], float]], ...] = (
    (30, _certainty),
    (30, lambda one, other: _equal(one.side, other.side)),
    (15, _place),
    (15, _severity),
    (10, _size),
)
"""(weight in percent, agreement of two findings from 0 to 1). Counts and boxes are not weighed."""


def items(findings: Iterable[Finding]) -> list[Finding]:
    """What is matched: one finding per name and side that is present, uncertain, or said to have resolved.

    Other absent findings take no part: nobody earns a match by listing what is not there. Bilateral is left and right.
    """
    stated = [f for f in merge(findings) if f.certainty is not Certainty.ABSENT or f.change is Change.RESOLVED]
    return list(_one_sided(stated))


def _one_sided(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Bilateral findings as a left and a right one, where none of that side stands for itself."""
    sided = {(finding.name, finding.side) for finding in findings}
    for finding in findings:
        if finding.side is not Side.BILATERAL:
            yield finding
            continue
        for side in (Side.LEFT, Side.RIGHT):
            if (finding.name, side) not in sided:
                yield finding.model_copy(update={"side": side})


@lru_cache(maxsize=8192)
def _matched(predicted: tuple[Finding, ...], true: tuple[Finding, ...]) -> tuple[float, int]:
    from scipy.optimize import linear_sum_assignment

    ours, theirs = items(predicted), items(true)
    scores = np.array([[match_score(one, other) for other in theirs] for one in ours]).reshape(len(ours), len(theirs))
    return float(scores[linear_sum_assignment(scores, maximize=True)].sum()), len(ours) + len(theirs)


def structured(row: Prediction) -> tuple[float, int]:
    """(twice the summed match scores, items of prediction and truth together): their ratio is the F1."""
    summed, n = _matched(said(row), row.truth)
    return 2 * summed, n


def true_items(rows: Sequence[Prediction]) -> int:
    return sum(len(items(row.truth)) for row in rows)
