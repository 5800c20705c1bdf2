"""An interrupted run goes on: what was answered is not asked again, what failed is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS
from eval.items import Item, look
from eval.journal import Journal
from eval.predict import predict
from eval.prediction import Prediction
from mllm.engine.protocol import Completion, Request
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from tests.eval.oracle import OracleEngine


def item(name: str) -> Item:
    return Item(Prediction(id=name, task="open", prediction=None, reference="", study_id=name), None)


def answer(asked: Sequence[Item]) -> list[Prediction]:
    return [each.blank.model_copy(update={"prediction": f"said of {each.blank.id}"}) for each in asked]


def refuse(asked: Sequence[Item]) -> list[Prediction]:
    raise AssertionError(f"asked for {[each.blank.id for each in asked]}")


def test_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    said = Journal(path, "run 1").fill([item("a"), item("b")], answer)
    again = Journal(path, "run 1")
    assert again.fill([item("b"), item("a")], refuse) == said[::-1]
    with pytest.raises(AssertionError, match=r"asked for \['c'\]"):
        again.fill([item("a"), item("c")], refuse)


def test_another_run_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    Journal(path, "run 1").fill([item("a")], answer)
    assert len(Journal(path, "run 2")) == 0


def test_failures_and_a_cut_line_are_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    Journal(path, "run").fill([item("a")], answer)
    Journal(path, "run").fill([item("b")], lambda asked: [each.blank for each in asked])
    with path.open("a") as file:
        file.write('{"id": "c", "task": "op')
    again = Journal(path, "run")
    assert len(again) == 1
    assert [row.failed for row in again.fill([item("a"), item("b"), item("c")], answer)] == [False] * 3


def test_a_letter_cut_in_half_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    Journal(path, "run").fill([item("a")], answer)
    with path.open("ab") as file:
        file.write('{"id": "b", "prediction": "\u00e9'.encode()[:-1])
    assert len(Journal(path, "run")) == 1


def test_what_an_answer_is_compared_with_is_that_of_today(tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    Journal(path, "run").fill([item("a")], answer)
    asked = item("a")
    today = replace(asked, blank=asked.blank.model_copy(update={"reference": "corrected"}))
    (row,) = Journal(path, "run").fill([today], refuse)
    assert (row.prediction, row.reference) == ("said of a", "corrected")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SightlineError, match="file`: cannot be written"):
        Journal(tmp_path / "file" / "part.jsonl", "run")


@dataclass
class PoweredOff(OracleEngine):
    """Stops for good in its second batch of reports."""

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        if len(self.batches) == 1:
            raise KeyboardInterrupt
        return super().complete(requests, max_new_tokens)


def test_a_killed_prediction_goes_on_and_gives_the_same(data: Dataset, tmp_path: Path) -> None:
    reports = BENCHMARKS["phantom"].reports
    with pytest.raises(KeyboardInterrupt):
        predict(data, PoweredOff(data), look, reports, batch=8, journal=Journal(tmp_path / "part.jsonl", "run"))
    engine = OracleEngine(data)
    resumed = predict(data, engine, look, reports, batch=8, journal=Journal(tmp_path / "part.jsonl", "run"))
    assert engine.batches[0] == len(data.cases) - 8
    assert resumed == predict(data, OracleEngine(data), look, reports, batch=8)
