"""Scores of each finding by itself: of the drafted reports, and of yes/no answers about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from eval.folder import Scores
from eval.metrics.agreement import confusion, micro
from eval.metrics.answers import exact
from eval.metrics.attributes import right, sides
from eval.metrics.bootstrap import interval, plain
from eval.metrics.findings import names_among, present, said
from eval.metrics.forecasts import yes_or_no
from eval.metrics.ranking import macro_auroc, positive
from eval.metrics.weighting import Score as Measure
from eval.prediction import Prediction
from eval.report import scoring
from eval.report.graded import TASKS
from eval.report.scoring import PER_FINDING, blind_scores
from eval.report.strips import strip
from eval.report.wording import number, share, word
from eval.sheet import Score


@dataclass(frozen=True)
class FindingRow:
    """A finding in the reports: true and false positives, false negatives, and right sides among judged ones."""

    name: str
    text: str
    n: int
    f1: str
    interval: str
    bar: Markup
    precision: str
    recall: str
    tp: int
    fp: int
    fn: int
    sides: str


@dataclass(frozen=True)
class AnswerRow:
    """A finding that is asked about: `positives` of `n` are yes; AUROC over the failed ones too."""

    text: str
    asked: str
    positives: int
    n: int
    auroc: str
    interval: str
    bar: Markup
    sensitivity: str
    specificity: str


def report_rows(scores: Scores, rows: Sequence[Prediction]) -> tuple[FindingRow, ...]:
    """Findings that are true or said in any report, the best F1 first."""
    own = [row for row in rows if row.task == "report"]
    names = dict.fromkeys(name for row in own for found in (row.truth, said(row)) for name in present(found))
    scored = {
        name: scores.metrics.get(PER_FINDING + name) or _score(own, micro(names_among((name,)))) for name in names
    }
    order = sorted(names, key=lambda name: (-(scored[name].value or 0.0), name))
    return tuple(_report_row(name, scored[name], own, blind_scores(scores, PER_FINDING + name)) for name in order)


def answer_rows(rows: Sequence[Prediction]) -> tuple[AnswerRow, ...]:
    """Findings with a yes/no question of their own, and what the heads say of them, by name."""
    groups: dict[tuple[str, str], list[Prediction]] = {}
    for row in rows:
        if row.name is not None and yes_or_no(row):
            groups.setdefault((row.name, row.task), []).append(row)
    return tuple(_answer_row(name, task, groups[name, task]) for name, task in sorted(groups))


def _report_row(name: str, score: Score, rows: Sequence[Prediction], blind: Mapping[str, Score | None]) -> FindingRow:
    compare = names_among((name,))
    tp, fp, fn = map(sum, zip(*(confusion(*compare(row)) for row in rows), strict=True))
    sided, judged = map(sum, zip(*(right(sides)(_only(row, name)) for row in rows), strict=True))
    return FindingRow(
        name=name,
        text=word(name),
        n=tp + fn,
        f1=number(score.value),
        interval=scoring.interval(score),
        bar=strip(score, blind),
        precision=share(tp, tp + fp),
        recall=share(tp, tp + fn),
        tp=tp,
        fp=fp,
        fn=fn,
        sides=f"{sided:g} of {judged:g}" if judged else "",
    )


def _only(row: Prediction, name: str) -> Prediction:
    kept = {key: tuple(f for f in getattr(row, key) if f.name == name) for key in ("findings", "truth")}
    return row.model_copy(update=kept)


def _answer_row(name: str, task: str, rows: Sequence[Prediction]) -> AnswerRow:
    likely = any(row.probability is not None for row in rows)
    score = _score(rows, macro_auroc) if likely else None
    yes, no = [row for row in rows if positive(row)], [row for row in rows if not positive(row)]
    return AnswerRow(
        text=word(name),
        asked=TASKS[task],
        positives=len(yes),
        n=len(rows),
        auroc=number(score.value if score else None),
        interval=scoring.interval(score) if score else "",
        bar=strip(score, {}),
        sensitivity=share(sum(map(exact, yes)), len(yes)),
        specificity=share(sum(map(exact, no)), len(no)),
    )


def _score(rows: Sequence[Prediction], measure: Measure) -> Score:
    """With the interval that the score sheet gives."""
    value, (low, high) = plain(rows, measure), interval(rows, measure)
    ends = [None if end != end else end for end in (value, low, high)]  # noqa: PLR0124 (NaN)
    return Score(value=ends[0], low=ends[1], high=ends[2], n=len(rows), n_failed=sum(row.failed for row in rows))
