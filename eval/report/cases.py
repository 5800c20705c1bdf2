"""The cases of the page: what was true, what was said of it, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.findings import present, said
from eval.metrics.grounding import overlap
from eval.prediction import Prediction
from eval.report.diff import Piece, word_diff
from eval.report.films import Film, case_films
from eval.report.groups import Group
from eval.report.verdicts import IOU, Judged, judge_findings, named_absent, right
from eval.report.wording import counted, described, number, word
from radiology.study import Case

RIGHT, WRONG, FAILED, WRONG_ANSWER = "all right", "any error", "failed", "wrong answer"
MARKS = (WRONG, "missed", "invented", "wrong side", WRONG_ANSWER, FAILED, RIGHT)
"""What a case can be filtered by."""
KINDS = {"closed": "yes/no", "head": "image-level head", "ground": "where", "sentence": "drafted sentence"}
"""Task -> what stands beside a question; the others go by their own name."""


@dataclass(frozen=True)
class ReportView:
    """A report and its reference in pieces; `failed` has no pieces. `absent` names what is rightly not seen."""

    failed: bool
    findings: tuple[Judged, ...]
    absent: tuple[str, ...]
    reference: tuple[Piece, ...]
    prediction: tuple[Piece, ...]
    dropped: int


@dataclass(frozen=True)
class AnswerView:
    """`asked` names the finding for rows of the heads, which are asked nothing. `verdict`: right, wrong, failed."""

    task: str
    asked: str
    reference: tuple[Piece, ...]
    prediction: tuple[Piece, ...]
    probability: str
    verdict: str


@dataclass(frozen=True)
class CaseView:
    """`marks` and `names` are what it is found by; `given` is what the prompt held besides the films."""

    study_id: str
    summary: tuple[str, ...]
    marks: tuple[str, ...]
    names: tuple[str, ...]
    films: tuple[Film, ...]
    labels: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, str], ...]
    report: ReportView | None
    answers: tuple[AnswerView, ...]


def view_case(group: Group, case: Case | None) -> CaseView:
    """`case` is None where the data is not there."""
    report = next((row for row in group.rows if row.task == "report"), None)
    view = _report_view(report) if report else None
    judged = [(row, verdict) for row, verdict in group.judged if row.task != "report"]
    boxed = [row for row in group.rows if row.task in ("report", "ground")]
    truth = [finding for row in boxed for finding in row.truth] or (list(case.present) if case else [])
    stated = [finding for row in boxed for finding in said(row)]
    return CaseView(
        study_id=group.study_id,
        summary=_summary(view, judged),
        marks=_marks(group, view),
        names=tuple(sorted(_names(group, case))),
        films=case_films(case.study, truth, stated) if case else (),
        labels=_labels(case) if case and not report else (),
        given=_given(report, case),
        report=view,
        answers=tuple(_answer_view(row) for row in group.rows if row.task not in ("report", "retrieval")),
    )


def _report_view(row: Prediction) -> ReportView:
    reference, prediction = word_diff(row.reference, row.prediction or "")
    return ReportView(
        failed=row.failed,
        findings=judge_findings(row),
        absent=tuple(map(word, named_absent(row))),
        reference=reference,
        prediction=prediction,
        dropped=row.dropped,
    )


def _answer_view(row: Prediction) -> AnswerView:
    verdict = right(row)
    reference, prediction = _answer_pieces(row, verdict)
    return AnswerView(
        task=KINDS.get(row.task, row.task),
        asked=row.question or word(row.name or ""),
        reference=reference,
        prediction=prediction,
        probability=number(row.probability),
        verdict=FAILED if row.failed else {True: "right", False: "wrong", None: ""}[verdict],
    )


def _answer_pieces(row: Prediction, verdict: bool | None) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Wrong open answers word by word; of boxes how many there are and how many meet."""
    if row.task == "ground":
        predicted, true, matched, _ = overlap(row, IOU)
        told = f"{counted(predicted, 'box', 'boxes')}, {matched} with IoU {IOU} or more"
        return (Piece(counted(true, "box", "boxes"), True),), (Piece(told, True),)
    if verdict is False and row.task == "open":
        return word_diff(row.reference, row.prediction or "")
    return (Piece(row.reference, True),), (Piece(row.prediction or "", True),)


def _summary(report: ReportView | None, answers: Sequence[tuple[Prediction, bool]]) -> tuple[str, ...]:
    told = []
    if report is not None and report.failed:
        told.append("report failed")
    elif report is not None:
        told += _findings_told(report.findings)
    if answers:
        told.append(f"{sum(verdict for _, verdict in answers)} of {counted(len(answers), 'answer')} right")
    return tuple(told)


def _findings_told(findings: Sequence[Judged]) -> list[str]:
    verdicts = [each.verdict for each in findings]
    told = [f"{verdicts.count(kind)} {kind}" for kind in dict.fromkeys(verdicts)]
    return told or ["no finding, none invented"]


def _marks(group: Group, report: ReportView | None) -> tuple[str, ...]:
    held: set[str] = {each.verdict for each in report.findings} if report else set()
    held.add(RIGHT if group.right else WRONG)
    if any(not verdict and row.task != "report" for row, verdict in group.judged):
        held.add(WRONG_ANSWER)
    if any(row.failed for row, _ in group.judged):
        held.add(FAILED)
    return tuple(mark for mark in MARKS if mark in held)


def _names(group: Group, case: Case | None) -> set[str]:
    """Findings that are true or said, in the report, the answers or the data."""
    names = {finding.name for finding in case.present} if case else set()
    for row in group.rows:
        names |= present(row.truth).keys() | present(said(row)).keys()
        if row.task == "closed" and row.name and "yes" in (row.reference, row.prediction):
            names.add(row.name)
    return names


def _labels(case: Case) -> tuple[tuple[str, str], ...]:
    names = dict.fromkeys(finding.name for finding in case.findings)
    return tuple((word(name), described(f for f in case.findings if f.name == name)) for name in names)


def _given(report: Prediction | None, case: Case | None) -> tuple[tuple[str, str], ...]:
    context: Mapping[str, str] = {
        "Indication": case.study.indication if case else "",
        "Texts of others": "\n\n".join(report.context) if report else "",
    }
    return tuple((name, text) for name, text in context.items() if text)
