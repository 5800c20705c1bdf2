from __future__ import annotations

from dataclasses import replace

import pytest

from eval.benchmarks import Benchmark
from eval.prediction import Prediction
from eval.sheet import Line, task
from eval.stress.corruptions import CLEAN, CORRUPTIONS, Key, asked_by, stress_corruptions, tables
from eval.stress.table import StressTable
from eval.stress.trial import Trial
from radiology.datasets.table import Dataset
from tests.eval.stress.watcher import Watcher

LINE = Line("closed_accuracy", "accuracy", task("closed"))


def answers(right: int) -> list[Prediction]:
    return [
        Prediction(id=str(i), task="closed", prediction="yes", reference="yes" if i < right else "no", study_id=str(i))
        for i in range(10)
    ]


def values(table: StressTable) -> dict[tuple[str, ...], float | None]:
    return {row.labels: row.value for row in table.rows}


def test_means_relative_to_clean_by_hand() -> None:
    right = {CLEAN: 8, ("a", "1"): 8, ("a", "2"): 4, ("b", "1"): 2, ("b", "2"): 0, ("probe", "1"): 1}
    sets: dict[Key, list[Prediction]] = {key: answers(n) for key, n in right.items()}
    scores, relative = tables(LINE, sets, seed=0)
    assert values(scores)["a", "2"] == 0.4
    assert values(relative) == pytest.approx({("a",): 0.75, ("b",): 0.125, ("probe",): 0.125, ("all",): 0.4375})


def test_a_clean_score_of_nothing_has_no_relative() -> None:
    _, relative = tables(LINE, {CLEAN: answers(0), ("a", "1"): answers(0), ("a", "2"): answers(1)}, seed=0)
    assert values(relative) == {("a",): None, ("all",): None}


def test_only_what_the_line_scores_is_asked(benchmark: Benchmark, data: Dataset) -> None:
    assert [len(asked_by(line, data, benchmark.reports)[0].questions) for line in benchmark.lines] == [0, 0, 0, 16, 16]
    assert [asked_by(line, data, benchmark.reports)[1] for line in benchmark.lines] == [True, True, True, False, False]


def test_a_model_that_looks_for_brightness_loses_it_where_contrast_goes(trial: Trial) -> None:
    scores, relative = stress_corruptions(trial)
    assert len(scores.rows) == 1 + 9 * 5 + 1
    assert [row.labels[0] for row in relative.rows] == [*CORRUPTIONS, "all"]
    known = values(scores)
    assert known[CLEAN] == 1.0
    assert known["contrast", "5"] == 0.0
    assert known["jpeg", "1"] == 1.0
    assert "jpeg (quality: 50, 30, 18, 10, 5)" in scores.notes[0]
    assert "| none | 1.000 (1.000 to 1.000) |" in scores.to_markdown()


def test_the_first_line_that_can_be_scored_is_the_headline(trial: Trial) -> None:
    lines = (Line("absent", "accuracy", task("head")), LINE, *trial.benchmark.lines)
    other = replace(trial, benchmark=replace(trial.benchmark, lines=lines), engine=Watcher())
    table = stress_corruptions(other)[0]
    assert table.title.endswith("closed_accuracy")
    assert {row.n for row in table.rows} == {16}
    assert stress_corruptions(replace(other, benchmark=replace(trial.benchmark, lines=lines[:1]))) == []
