from __future__ import annotations

from dataclasses import replace

import pytest

from eval.stress.donors import donors
from eval.stress.reliance import stress_reliance
from eval.stress.trial import Trial
from radiology.datasets.table import Dataset


def found(trial: Trial) -> tuple[dict[tuple[str, ...], float | None], dict[tuple[str, ...], float | None]]:
    scores, unchanged = stress_reliance(trial)
    return {row.labels: row.value for row in scores.rows}, {row.labels: row.value for row in unchanged.rows}


def test_a_model_that_looks_scores_nothing_without_the_film(trial: Trial) -> None:
    scores, unchanged = found(trial)
    assert scores["finding_micro_f1", "score", "original"] == 1.0
    assert scores["finding_micro_f1", "score", "blank"] == 0.0
    assert scores["finding_micro_f1", "difference", "blank"] == -1.0
    assert scores["closed_accuracy", "score", "other patient"] == 0.0
    assert scores["side_accuracy", "difference", "blank"] is None
    assert unchanged["report: findings", "other patient"] == 0.0
    assert unchanged["chosen answer", "blank"] == 0.5
    assert unchanged["answer yes", "blank"] == 0.0


def test_in_a_mirror_sides_flip_and_all_else_stays(trial: Trial) -> None:
    scores, unchanged = found(trial)
    assert scores["side_accuracy", "score", "mirrored"] == 0.0
    assert scores["side_accuracy", "score", "mirrored, truth mirrored"] == 1.0
    assert scores["side_accuracy", "difference", "mirrored, truth mirrored"] == 0.0
    assert scores["finding_micro_f1", "score", "mirrored"] == 1.0
    assert scores["grounded_f1_50", "score", "mirrored"] == 0.0
    assert scores["grounded_f1_50", "score", "mirrored, truth mirrored"] == 1.0
    assert unchanged["report: findings", "mirrored"] == 1.0
    assert unchanged["report: findings and sides", "mirrored"] == 0.5


def test_a_study_without_a_donor_takes_no_part_in_that_condition(trial: Trial, data: Dataset) -> None:
    one = data.cases[0]
    same = tuple(
        case.model_copy(update={"study": case.study.model_copy(update={"patient_id": one.study.patient_id})})
        for case in data.cases
    )
    scores, _ = found(replace(trial, data=replace(data, cases=same)))
    assert ("closed_accuracy", "score", "other patient") not in scores
    few = replace(data, cases=(*same[:4], data.cases[4]))
    few = replace(few, questions=tuple(q for q in few.questions if q.study_id <= "s04"))
    with_donor = donors(few.cases, 0).keys()
    lone = next(name for name in ("s00", "s01", "s02", "s03") if name not in with_donor)
    wrong = tuple(q.model_copy(update={"answer": "maybe"}) if q.study_id == lone else q for q in few.questions)
    table = stress_reliance(replace(trial, data=replace(few, questions=wrong)))[0]
    found_rows = {row.labels: row for row in table.rows}
    assert found_rows["closed_accuracy", "score", "original"].value == 0.8
    assert found_rows["closed_accuracy", "score", "blank"].n == 5
    exchanged = found_rows["closed_accuracy", "score", "other patient"]
    assert exchanged.n == 2
    assert exchanged.value is not None
    assert found_rows["closed_accuracy", "difference", "other patient"].value == exchanged.value - 1.0


def test_differences_have_paired_intervals(trial: Trial) -> None:
    row = next(r for r in stress_reliance(trial)[0].rows if r.labels == ("closed_accuracy", "difference", "blank"))
    assert row.value == pytest.approx(-0.5)
    assert row.low is not None
    assert row.high is not None
    assert -0.8 < row.low < -0.5 < row.high < -0.2
