"""Predictions made by another program: matched item by item, refused in one sentence where that is not possible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS, Benchmark
from eval.folder import read_predicted
from eval.outside import FRAME, blank_rows, take_predictions
from eval.prediction import Prediction
from eval.score import score_folder
from eval.selection import Taken
from mllm.boxes import encode
from mllm.prompts import study_frames
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError


def lines(rows: list[Prediction]) -> list[dict[str, object]]:
    """Every item answered with its reference."""
    return [{"id": row.id, "task": row.task, "prediction": row.reference, "note": "kept out"} for row in rows]


def write(path: Path, said: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in said))
    return path


@pytest.fixture
def said(data: Dataset) -> list[dict[str, object]]:
    return lines(blank_rows(BENCHMARKS["phantom"], data))


def test_answers_from_elsewhere_are_scored(cohort: Path, said: list[dict[str, object]], tmp_path: Path) -> None:
    file = write(tmp_path / "said.jsonl", said[::-1])
    out = take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")
    assert read_predicted(out).run.signature.model.id == "theirs"
    metrics = json.loads(score_folder(out).read_text())["metrics"]
    assert metrics["closed_accuracy"]["value"] == metrics["open_accuracy"]["value"] == 1.0
    assert metrics["finding_micro_f1"]["value"] == 1.0
    assert metrics["finding_micro_f1"]["n_failed"] == 0


def test_a_report_without_text_has_failed(cohort: Path, said: list[dict[str, object]], tmp_path: Path) -> None:
    said[0]["prediction"] = None
    file = write(tmp_path / "said.jsonl", said)
    out = take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")
    assert json.loads(score_folder(out).read_text())["metrics"]["finding_micro_f1"]["n_failed"] == 1


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda said: said[1:], r"1 of \d+ items have no prediction, .* of task report is the first"),
        (lambda said: [*said, said[0]], "stands twice in task report, keep one of them"),
        (lambda said: [*said, {"id": "stranger", "prediction": "x"}], "id stranger is no item of the data"),
        (lambda said: [said[0] | {"probability": float("nan")}, *said[1:]], "line 1: probability"),
        (lambda said: [said[0] | {"probability": 1.5}, *said[1:]], "line 1: probability"),
        (lambda said: [{"id": said[0]["id"]}, *said[1:]], "line 1: prediction"),
    ],
)
def test_what_does_not_match_is_refused(
    spoil: object, message: str, cohort: Path, said: list[dict[str, object]], tmp_path: Path
) -> None:
    assert callable(spoil)
    file = write(tmp_path / "said.jsonl", spoil(said))
    with pytest.raises(SightlineError, match=message):
        take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_json_is_refused(cohort: Path, tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text("id,prediction\n")
    with pytest.raises(SightlineError, match="line 1: no prediction: Invalid JSON"):
        take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"id": "a", "prediction": "\\ud800"}', '[{"id": "a"}]'])
def test_odd_json_is_refused(text: str, cohort: Path, tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text(text)
    with pytest.raises(SightlineError, match="line 1: no prediction"):
        take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")
    assert not (tmp_path / "out").exists()


def test_a_wrong_task_is_named(cohort: Path, said: list[dict[str, object]], tmp_path: Path) -> None:
    file = write(tmp_path / "said.jsonl", [said[0] | {"task": "closed"}, *said[1:]])
    with pytest.raises(SightlineError, match="has closed as its `task`, give one of report"):
        take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")


def test_empty_lines_are_passed_over(cohort: Path, said: list[dict[str, object]], tmp_path: Path) -> None:
    file = write(tmp_path / "said.jsonl", said)
    file.write_text("\n" + file.read_text() + "\n\n")
    out = take_predictions(file, "phantom", cohort, tmp_path / "out", Taken(), "theirs")
    assert len(read_predicted(out).rows) == len(said)


def test_boxes_in_the_text_count_for_reports_and_phrases(cohort: Path, tmp_path: Path) -> None:
    benchmark = BENCHMARKS["phantom-grounding"]
    data = benchmark.load(cohort, tmp_path)
    file = write(tmp_path / "said.jsonl", drawn(benchmark, data))
    out = take_predictions(file, "phantom-grounding", cohort, tmp_path / "out", Taken(), "theirs")
    metrics = json.loads(score_folder(out).read_text())["metrics"]
    assert metrics["phrase_grounded_f1_50"]["value"] == metrics["grounded_f1_50"]["value"] == 1.0


def drawn(benchmark: Benchmark, data: Dataset) -> list[dict[str, object]]:
    """Every true box, as integers in the markup for models that were not taught it."""
    frames = {case.study.study_id: study_frames(case.study, FRAME) for case in data.cases}
    return [
        {
            "id": row.id,
            "task": row.task,
            "prediction": " ".join(
                f"There is {encode(f.name.replace('_', ' '), f.boxes, frames[row.study_id], tokens=False)}."
                for f in row.truth
            )
            or "Normal.",
        }
        for row in blank_rows(benchmark, data)
    ]
