"""What became of each finding of a report, and of each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from eval.metrics.answers import exact
from eval.metrics.findings import present, said
from eval.metrics.forecasts import came_true
from eval.metrics.grounding import overlap
from eval.prediction import Prediction
from eval.report.diff import Piece, word_diff
from eval.report.wording import described, word
from radiology.study import Certainty, Finding, Side

Verdict = Literal["found", "wrong side", "missed", "invented"]
Sides = Mapping[str, frozenset[Side]]
"""Name -> the sides that are stated of it."""
IOU = 0.5
"""The boxes of a phrase are right from this intersection over union on."""


@dataclass(frozen=True)
class Judged:
    """A finding that the truth or the report states as present; `truth` and `predicted` are its details in words."""

    name: str
    verdict: Verdict
    truth: str
    predicted: str

    @property
    def text(self) -> str:
        return word(self.name)

    @property
    def pieces(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """The details of both; where both state the finding, by what only one of them says."""
        if self.verdict in ("found", "wrong side"):
            return word_diff(self.truth, self.predicted)
        return (Piece(self.truth, True),), (Piece(self.predicted, True),)


def judge_findings(row: Prediction) -> tuple[Judged, ...]:
    """As the finding metrics count: only what is present counts, and a true side that is not met is wrong."""
    true, stated = present(row.truth), present(said(row))
    return tuple(
        Judged(name, _verdict(name, true, stated), _words(row.truth, name), _words(said(row), name))
        for name in dict.fromkeys((*true, *stated))
    )


def named_absent(row: Prediction) -> tuple[str, ...]:
    """Names that the report calls absent or uncertain and that are not present in the truth either."""
    judged = present(row.truth).keys() | present(said(row)).keys()
    other = (finding.name for finding in said(row) if finding.certainty is not Certainty.PRESENT)
    return tuple(name for name in dict.fromkeys(other) if name not in judged)


def right(row: Prediction) -> bool | None:
    """Was the row right? None for tasks whose rows are not right or wrong by themselves."""
    if row.task == "report":
        return not row.failed and all(each.verdict == "found" for each in judge_findings(row))
    if row.task == "ground":
        predicted, true, matched, _ = overlap(row, IOU)
        return not row.failed and predicted == true == matched
    if row.task == "sentence":
        return came_true(row)
    return exact(row) if row.task in ("closed", "open", "choice", "head") else None


def _verdict(name: str, true: Sides, stated: Sides) -> Verdict:
    if name not in stated:
        return "missed"
    if name not in true:
        return "invented"
    return "wrong side" if true[name] and true[name] != stated[name] else "found"


def _words(findings: Iterable[Finding], name: str) -> str:
    return described(finding for finding in findings if finding.name == name)
