"""`sightline data ...` as a user types it: what is printed, and the exit status."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from mllm.data_commands import data_command
from radiology.datasets.checks.problem import Problem
from radiology.datasets.jsonl import read_cases
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError


def _run(*words: object) -> Result:
    return CliRunner().invoke(data_command, [str(word) for word in words])


def _table(folder: Path) -> Path:
    """Two films, and a CSV file that names them and one more."""
    with (folder / "table.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("film", "whose", "said"))
        for i, name in enumerate(("a.png", "b.png", "gone.png")):
            rows.writerow((name, f"patient {i}", "Left pleural effusion."))
    for i, name in enumerate(("a.png", "b.png")):
        pixels = np.random.default_rng(i).integers(0, 256, (40, 50), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder / "table.csv"


def test_every_source_is_listed_with_what_one_must_know() -> None:
    shown = _run("list")
    assert shown.exit_code == 0
    assert [line.split(":")[0] for line in shown.stdout.splitlines() if line and line[0] != " "] == list(SOURCES)
    assert [source.name for source in SOURCES.values() if not (source.layout and source.obtain)] == []
    assert "run on the real files: not yet" in shown.stdout


def test_a_table_is_converted_by_its_columns_and_then_clean(tmp_path: Path) -> None:
    words = ("--map", "image=film,patient=whose", "--map", "report=said,licence=our own,name=ward")
    shown = _run("convert", "mapped", _table(tmp_path), "-o", tmp_path / "out", *words)
    studies = tmp_path / "out" / "studies.jsonl"
    assert shown.stdout.splitlines() == [
        "      1  skipped: image not found",
        f"{studies}: 2 studies, 0 questions (licence: our own)",
    ]
    assert [case.source for case in read_cases(studies)] == ["ward", "ward"]
    checked = _run("check", studies, "--reread", "--workers", 1)
    assert (checked.exit_code, checked.stdout) == (0, f"{studies}: 0 problems\n")


def test_a_mapping_may_be_a_file(tmp_path: Path) -> None:
    table = _table(tmp_path)
    (tmp_path / "map.yaml").write_text("image: film\npatient: whose\n")
    words = ("--map", tmp_path / "map.yaml", "--map", "report=said")
    assert _run("convert", "mapped", table, "-o", tmp_path / "out", *words).exit_code == 0
    case = read_cases(tmp_path / "out" / "studies.jsonl")[0]
    assert (case.study.patient_id, case.findings[0].name) == ("patient 0", "pleural_effusion")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nihh", "."), "`nihh`: is no data set known here, choose one of jsonl, nih"),
        (("nih", ".", "--map", "image=x"), "`--map image=x`: nih needs no mapping"),
        (("kermany", "nowhere"), "`nowhere`: is not there"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    shown = _run("convert", *words, "-o", tmp_path / "out")
    assert isinstance(shown.exception, SightlineError)
    assert str(shown.exception).startswith(sentence)
    assert not (tmp_path / "out" / "studies.jsonl").exists()


def test_problems_are_counted_by_kind_with_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Problem("blurred", "study 1"), *(Problem("torn", f"study {i}") for i in range(5))]
    monkeypatch.setattr("radiology.datasets.check.find_problems", lambda *given: found)
    shown = _run("check", "studies.jsonl", "--examples", 2)
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "      5  torn",
        "         study 0",
        "         study 1",
        "      1  blurred",
        "         study 1",
        "studies.jsonl: 6 problems",
    ]


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    assert isinstance(_run("check", tmp_path / "studies.jsonl").exception, SightlineError)
