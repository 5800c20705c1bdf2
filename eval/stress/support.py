"""Does the evidence look? Drafts weighed on their own film, and the same text beside films that are not its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.items import look_at_nothing
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from eval.stress.donors import donors, look_at_donor
from eval.stress.joint import joint_scores, share
from eval.stress.sentences import TASK, is_positive, look_with, rows_of, weigh_report, write_reports
from eval.stress.table import StressRow, StressTable, estimated
from eval.stress.trial import Trial
from mllm.draft.evidence import UNSUPPORTED
from radiology.study import DraftSentence

NOTE = (
    "n counts sentences. The text is drafted once, on its own film; only the evidence is weighed again. What the truth "
    "does not list counts as absent."
)


@dataclass(frozen=True)
class Kept:
    """A supported sentence with a present finding: under which condition was it weighed again, and was it kept up?"""

    condition: str
    row: Prediction
    lost: bool


def stress_support(trial: Trial) -> list[StressTable]:
    """Error rates of unsupported and supported sentences, and the share of support that another film takes away."""
    if trial.perception is None or not trial.benchmark.reports:
        return []
    other = donors(trial.data.cases, trial.seed)
    conditions = {"blank": look_at_nothing, "other patient": look_at_donor(trial.look, other)}
    judged: list[Prediction] = []
    kept: list[Kept] = []
    for written in write_reports(trial.data.cases, trial.engine, trial.look):
        study, said = written.case.study, written.completion
        own = weigh_report(said, study, look_with(trial.perception, study, trial.look), trial.calibration)
        judged += rows_of(study, own, trial.benchmark.reports.truth(written.case))
        for name, see in conditions.items():
            if name != "other patient" or study.study_id in other:
                elsewhere = weigh_report(said, study, look_with(trial.perception, study, see))
                kept += _kept(name, study.study_id, own, elsewhere)
        trial.progress("support, reports", 1)
    return [_table(judged, kept, trial.seed)] if judged else []


CONFIDENCE = {
    "sentence_auroc": "AUROC of the confidence for being right",
    "ece": "expected calibration error of the confidence",
    "brier": "Brier score of the confidence",
}


def confidence(judged: Sequence[Prediction], seed: int) -> list[StressRow]:
    """How far the confidences can be believed; nothing where the model has none."""
    sure = [row for row in judged if row.probability is not None]
    if not sure:
        return []
    return [
        estimated((words,), joint_scores(METRICS[name].score, [sure], seed)[0], METRICS[name].size(sure))
        for name, words in CONFIDENCE.items()
    ]


def _kept(condition: str, study_id: str, own: Sequence[DraftSentence], other: Sequence[DraftSentence]) -> list[Kept]:
    return [
        Kept(
            condition,
            Prediction(id=f"{study_id}#{i}", task=TASK, prediction=mine.text, reference="", study_id=study_id),
            UNSUPPORTED in others.flags,
        )
        for i, (mine, others) in enumerate(zip(own, other, strict=True))
        if is_positive(mine) and UNSUPPORTED not in mine.flags
    ]


def _table(judged: Sequence[Prediction], kept: Sequence[Kept], seed: int) -> StressTable:
    rows: list[StressRow] = []
    for topic in ("unsupported", "supported"):
        own = [row for row in judged if row.topic == topic]
        rows.append(share((f"{topic} sentences that are wrong",), own, [r.reference == "wrong" for r in own], seed))
    rows += confidence(judged, seed)
    for condition in dict.fromkeys(each.condition for each in kept):
        those = [each for each in kept if each.condition == condition]
        label = f"supported findings that lose their support, {condition}"
        rows.append(share((label,), [each.row for each in those], [each.lost for each in those], seed))
    return StressTable(
        name="support",
        title="Evidence: errors by support, and support under another film",
        columns=("measure",),
        rows=tuple(rows),
        notes=(NOTE,),
    )
