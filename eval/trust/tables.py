"""What was watched, as tables: is the confidence true, what does abstaining spare, do the prediction sets cover?

Intervals are of patients drawn again; a column is a kind of film.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from eval.metrics.calibration import BINS
from eval.metrics.forecasts import forecasts
from eval.metrics.selective import errors_removed, risk_at
from eval.metrics.table import METRICS
from eval.metrics.weighting import Rows, Score
from eval.prediction import Prediction
from eval.stress.joint import joint_scores, share
from eval.stress.table import StressRow, StressTable, estimated
from eval.trust.watch import Decision, Sentences, Watched
from radiology.checks.wording import named

FIFTH = 0.2
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
DRAWS = 200
NOTE = {
    "draft": "Sentences of the model's drafts.",
    "report": "Sentences of reports with one planted error each (a finding missed, invented or on the wrong side), as "
    "`sightline check` weighs them.",
}
ABOUT_ECE = (
    "ECE: 15 bins of equal width. Beside it stands what a perfect forecaster with the same confidences would score on "
    "as many sentences, by chance alone."
)


def all_tables(watched: Sequence[Watched]) -> list[StressTable]:
    """Evidence and confidence of both sorts of sentences, then the prediction sets."""
    tables = []
    for sort in ("draft", "report"):
        tables += [sentence_table(watched, sort), curve_table(watched, sort), bin_table(watched, sort)]
    return [*(table for table in tables if table.rows), *set_tables(watched)]


def sentence_table(watched: Sequence[Watched], sort: str) -> StressTable:
    """Is a supported sentence right, an unsupported one wrong, and a confidence true?"""
    rows = [row for films in _with_all(watched) for row in _sentence_rows(films, _of(films, sort))]
    return _table(f"trust-{sort}", f"Sentences of {_words(sort)}: evidence and confidence", rows, NOTE[sort], ABOUT_ECE)


def curve_table(watched: Sequence[Watched], sort: str) -> StressTable:
    """The error rate among the most certain share of the sentences: the risk-coverage curve."""
    rows = [
        _scored(films.name, f"{coverage:.0%} most certain", risk_at(coverage), _of(films, sort).rows)
        for films in _with_all(watched)
        for coverage in COVERAGES
        if _confident(_of(films, sort).rows)
    ]
    return _table(f"risk-coverage-{sort}", f"Sentences of {_words(sort)}: error rate when some are left out", rows)


def bin_table(watched: Sequence[Watched], sort: str) -> StressTable:
    """How many sentences of about the same confidence are right: the reliability diagram."""
    edges = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0 + 1e-9)
    rows = []
    for films in _with_all(watched):
        for low, high in pairwise(edges):
            own = [row for row in _confident(_of(films, sort).rows) if low <= (row.probability or 0.0) < high]
            label = f"confidence {low:.2f} to {min(high, 1.0):.2f}"
            rows.append(share((films.name, label), own, [row.reference == "right" for row in own], 0))
    title = f"Sentences of {_words(sort)}: share that is right, by confidence"
    return _table(f"reliability-{sort}", title, rows if any(row.n for row in rows) else [])


def set_tables(watched: Sequence[Watched]) -> list[StressTable]:
    """How often a prediction set holds the truth, over all findings and for each."""
    decided = [films for films in watched if films.decisions]
    if not decided:
        return []
    overall = [row for films in decided for row in _set_rows(films)]
    names = list(dict.fromkeys(each.name for films in decided for each in films.decisions))
    single = [
        _decided(films.name, named(name), own, [each.covered for each in own])
        for films in decided
        for name in names
        if (own := [each for each in films.decisions if each.name == name])
    ]
    note = "n counts films and findings. A set of both says that the heads cannot tell; an empty one covers nothing."
    return [
        _table("sets", "Prediction sets of presence and absence", overall, note),
        _table("sets-by-finding", "Coverage of the prediction sets, by finding", single),
    ]


def _sentence_rows(films: Watched, sentences: Sentences) -> list[StressRow]:
    rows, name = sentences.rows, films.name
    if not rows:
        return []
    found = [
        _metric(name, "supported sentences that are right", "supported_precision", rows),
        _metric(name, "unsupported sentences that are wrong", "unsupported_error_rate", rows),
        share((name, "sentences that are right"), rows, [row.reference == "right" for row in rows], 0),
    ]
    if not _confident(rows):
        return found
    stand = [row for row, stands in zip(rows, sentences.stands, strict=True) if stands]
    return [
        *found,
        _metric(name, "AUROC of the confidence", "sentence_auroc", rows),
        _metric(name, "expected calibration error", "ece", rows),
        _perfect(name, rows),
        _scored(name, "errors among the least certain fifth", errors_removed(FIFTH), rows),
        share((name, "sentences that stand"), rows, sentences.stands, 0),
        share((name, "errors among those that stand"), stand, [row.reference == "wrong" for row in stand], 0),
    ]


def _set_rows(films: Watched) -> list[StressRow]:
    every = films.decisions
    shown, free = [each for each in every if each.shown], [each for each in every if not each.shown]
    return [
        _decided(films.name, "truth in the set", every, [each.covered for each in every]),
        _decided(films.name, "truth in the set, finding shown", shown, [each.covered for each in shown]),
        _decided(films.name, "truth in the set, finding not shown", free, [each.covered for each in free]),
        _decided(films.name, "set of both", every, [len(each.held) == 2 for each in every]),
        _decided(films.name, "empty set", every, [not each.held for each in every]),
    ]


def _with_all(watched: Sequence[Watched]) -> list[Watched]:
    """And all of them together, where there are several kinds."""
    if len(watched) < 2:
        return list(watched)
    pooled = Watched("all")
    for films in watched:
        for whole, part in ((pooled.draft, films.draft), (pooled.report, films.report)):
            whole.rows += part.rows
            whole.stands += part.stands
    return [*watched, pooled]


def _of(films: Watched, sort: str) -> Sentences:
    return films.draft if sort == "draft" else films.report


def _confident(rows: Rows) -> list[Prediction]:
    return [row for row in rows if row.probability is not None]


def _metric(films: str, label: str, metric: str, rows: Rows) -> StressRow:
    return estimated((films, label), joint_scores(METRICS[metric].score, [rows], 0)[0], METRICS[metric].size(rows))


def _scored(films: str, label: str, score: Score, rows: Rows) -> StressRow:
    return estimated((films, label), joint_scores(score, [rows], 0)[0], len(_confident(rows)))


def _perfect(films: str, rows: Rows) -> StressRow:
    """The mean ECE of labels drawn from the confidences themselves."""
    stated = forecasts(rows).stated
    bins = np.minimum((stated * BINS).astype(int), BINS - 1)
    drawn = np.random.default_rng(0).random((DRAWS, len(stated))) < stated
    scores = np.abs((stated - drawn) @ np.eye(BINS)[bins]).sum(axis=1) / len(stated)
    label = "expected calibration error of a perfect forecaster"
    return estimated((films, label), np.array([scores.mean(), *scores]), len(stated))


def _decided(films: str, label: str, decisions: Sequence[Decision], hits: Sequence[bool]) -> StressRow:
    rows = [
        Prediction(
            id=f"{each.study_id}#{each.name}",
            task="set",
            prediction="",
            reference="",
            study_id=each.study_id,
            patient_id=each.patient_id,
        )
        for each in decisions
    ]
    return share((films, label), rows, hits, 0)


def _table(name: str, title: str, rows: Sequence[StressRow], *notes: str) -> StressTable:
    return StressTable(
        name=name, title=title, columns=("films", "measure"), rows=tuple(rows), across="films", notes=notes
    )


def _words(sort: str) -> str:
    return "drafts" if sort == "draft" else "reports with a planted error"
