"""Scoring what was predicted: without a model, in any order, and never what has been tampered with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS
from eval.folder import Predicted, Run, read_predicted, read_scores, write_predicted
from eval.metrics.table import METRICS
from eval.run import Job, predict_all
from eval.score import judge, score, score_folder
from eval.selection import Taken
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from tests.eval.oracle import OracleEngine


@pytest.fixture
def predicted(data: Dataset) -> Predicted:
    return predict_all(Job(BENCHMARKS["phantom"], data, data, Taken()), OracleEngine(data))


@pytest.fixture
def folder(predicted: Predicted, tmp_path: Path) -> Path:
    write_predicted(tmp_path / "out", predicted)
    return tmp_path / "out"


def test_scores_are_those_of_the_predictions(folder: Path, predicted: Predicted) -> None:
    scores = read_scores(score_folder(folder).parent)
    assert scores.metrics["finding_micro_f1"].value == 1.0
    assert scores.signature.metrics["bleu_4"] == METRICS["bleu_4"].how
    assert set(scores.baseline) == {"majority", "blank"}
    assert score_folder(folder).read_text() == score_folder(folder).read_text()


def test_what_needs_weights_says_how_to_get_them(folder: Path) -> None:
    scores = read_scores(score_folder(folder).parent)
    assert "chexbert_micro_f1_14" not in scores.metrics
    assert scores.unavailable["chexbert_micro_f1_14"].startswith("not available: ")
    assert scores.unavailable["radcliq_v1"].count("not available") == 3
    assert scores.signature.judges.keys() == {"radfact"}


def test_verdicts_are_kept_for_the_next_time(folder: Path) -> None:
    class Constant:
        name, identity = "green", "constant"

        def judge(self, rows: object) -> list[tuple[float, ...]]:
            assert isinstance(rows, list)
            return [(1.0, 1, 0, 0, 0, 0, 0, 0)] * len(rows)

    judged = judge(read_predicted(folder), [Constant()])
    assert score(judged).metrics["green"].value == 0.5
    write_predicted(folder, judged)
    again = read_scores(score_folder(folder).parent)
    assert (again.metrics["green"].value, again.signature.judges["green"]) == (0.5, "constant")


def test_order_does_not_matter(predicted: Predicted) -> None:
    turned = score(Predicted(predicted.run, predicted.rows[::-1], {})).metrics
    for name, row in score(Predicted(predicted.run, predicted.rows, {})).metrics.items():
        assert turned[name].value == pytest.approx(row.value), name


def test_items_that_came_or_went_are_refused(folder: Path) -> None:
    path = folder / "predictions.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[1:]))
    with pytest.raises(SightlineError, match=r"not those that run\.json was written for; predict again"):
        score_folder(folder)
    path.write_text("".join([*lines, lines[0]]))
    with pytest.raises(SightlineError, match="stands twice in task report"):
        score_folder(folder)
    row = json.loads(lines[0]) | {"probability": float("nan")}
    path.write_text("".join([json.dumps(row) + "\n", *lines[1:]]))
    with pytest.raises(SightlineError, match="line 1, probability"):
        score_folder(folder)


def test_a_folder_without_predictions_is_refused(tmp_path: Path, predicted: Predicted) -> None:
    with pytest.raises(SightlineError, match=r"run.json`: cannot be read"):
        score_folder(tmp_path)
    unknown = Run(benchmark="mimic", signature=predicted.run.signature)
    write_predicted(tmp_path, Predicted(unknown, predicted.rows, {}))
    with pytest.raises(SightlineError, match="`mimic`: no such benchmark, choose one of phantom"):
        score_folder(tmp_path)
