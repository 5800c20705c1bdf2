"""The table of judges: names, choices, and verdicts that reach the rows."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from eval.judges.table import JUDGES, judge_rows, open_judges, parse_choice, unavailable
from eval.prediction import Prediction, read_predictions, write_predictions
from radiology.errors import SightlineError


@dataclass
class Lengths:
    """Gives the length of the prediction, NaN for an empty one."""

    name: str = "lengths"
    identity: str = "none"

    def judge(self, rows: Sequence[Prediction]) -> list[tuple[float, ...]]:
        return [(float(len(row.prediction or "")) or math.nan,) for row in rows]


def row(i: int, task: str, prediction: str) -> Prediction:
    return Prediction(id=f"{i}", study_id=f"{i}", task=task, prediction=prediction, reference="No nodule.")


def test_choices_as_a_table() -> None:
    assert parse_choice("radfact") == ("radfact", "reader")
    assert parse_choice("radfact=http://localhost:8000#llama=3") == ("radfact", "http://localhost:8000#llama=3")
    assert parse_choice("chexbert=/a b/chexbert.pth") == ("chexbert", "/a b/chexbert.pth")
    with pytest.raises(SightlineError, match=r"`green`: not available: name the hub id StanfordAIMI/GREEN"):
        parse_choice("green")


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(
        SightlineError, match="`bleurt`: no such judge, choose one of chexbert, radgraph, bertscore, green"
    ):
        open_judges({"bleurt": "x"})
    with pytest.raises(SightlineError, match="no such judge"):
        parse_choice("=x")


def test_every_judge_says_how_to_get_it() -> None:
    for name, kind in JUDGES.items():
        assert f"--judge {name}=WHERE" in unavailable(name)
        assert not kind.get.endswith(".")


def test_every_opener_is_there_and_names_what_it_cannot_open(tmp_path: Path) -> None:
    for name in JUDGES:
        with pytest.raises(SightlineError, match="absent"):
            open_judges({name: str(tmp_path / "absent")})


def test_the_reader_opens_and_judges() -> None:
    (judge,) = open_judges({"radfact": "reader"})
    (judged,) = judge_rows([row(1, "report", "No nodule.")], [judge])
    assert judged.judged == {"radfact": (1, 1, 1, 1, 0, 0, 0, 0)}


def test_only_reports_are_judged_and_order_and_earlier_verdicts_stay(caplog: pytest.LogCaptureFixture) -> None:
    rows = [
        row(1, "closed", "no"),
        row(2, "report", "abc").model_copy(update={"judged": {"old": (1.0,)}}),
        row(3, "report", ""),
    ]
    with caplog.at_level(logging.WARNING):
        judged = judge_rows(rows, [Lengths(), Lengths("again")])
    assert [each.id for each in judged] == ["1", "2", "3"]
    assert judged[0] == rows[0]
    assert judged[1].judged == {"old": (1,), "lengths": (3,), "again": (3,)}
    assert math.isnan(judged[2].judged["lengths"][0])
    assert "lengths: 1 of 2 reports could not be judged" in caplog.text
    assert judge_rows(rows, []) == rows


def test_verdicts_of_nan_survive_the_file(tmp_path: Path) -> None:
    judged = judge_rows([row(1, "report", ""), row(2, "report", "ab")], [Lengths()])
    write_predictions(tmp_path / "p.jsonl", judged)
    first, second = read_predictions(tmp_path / "p.jsonl")
    assert math.isnan(first.judged["lengths"][0])
    assert second.judged == {"lengths": (2,)}
