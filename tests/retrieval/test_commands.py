from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from radiology.datasets.jsonl import read_cases, write_cases
from radiology.errors import SightlineError
from radiology.study import Finding, Side
from retrieval.cases.info import info
from retrieval.commands import cases_command
from retrieval.search_commands import search
from tests.retrieval.toys import REPORT, CornerEmbedder, CornerPerception, film_case

command = typer.Typer()
command.add_typer(cases_command, name="cases")
command.command()(search)


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.commands.embedder_for", lambda spec, model: CornerEmbedder())
    monkeypatch.setattr("retrieval.search_commands.perception_for", lambda model: CornerPerception())
    monkeypatch.setattr("retrieval.cases.search.reader_for", lambda base, model: None)


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    mass = Finding(name="mass", side=Side.LEFT)
    cases = [
        *(film_case(tmp_path, n) for n in range(1, 7)),
        film_case(tmp_path, 7, findings=(mass,), source="elsewhere"),
        film_case(tmp_path, 8, findings=(), report=REPORT),
    ]
    write_cases(tmp_path / "studies.jsonl", cases)
    return tmp_path / "studies.jsonl"


def _run(*words: object, status: int = 0) -> str:
    done = CliRunner().invoke(command, [str(word) for word in words])
    if isinstance(done.exception, SightlineError):
        raise done.exception
    assert done.exit_code == status, done.output
    return done.stdout


@pytest.fixture
def base(studies: Path, tmp_path: Path) -> Path:
    assert "8 cases (8 added)" in _run("cases", "build", studies, "-o", tmp_path / "base")
    return tmp_path / "base"


def _objects(*words: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run(*words, "--format", "json").splitlines()]


def test_by_a_film(base: Path, tmp_path: Path) -> None:
    found = _objects("cases", "search", film_case(tmp_path, 9).study.views[0].path, "--cases", base, "-k", 2)
    assert [each["study_id"] for each in found] == ["s8", "s7"]
    assert found[1] | {"score": 0} == {
        "study_id": "s7",
        "score": 0,
        "date": "2020-01-08",
        "view": "PA",
        "findings": "left mass",
        "source": "elsewhere",
        "licence": "Apache-2.0",
    }


def test_by_words(base: Path) -> None:
    assert _run("search", "effusion on the left?", "--cases", base, "-k", 1).split()[1] == "s8"
    assert _objects("search", "nothing of the kind", "--cases", base) == []


def test_by_both_and_with_filters(base: Path, tmp_path: Path) -> None:
    film = film_case(tmp_path, 9).study.views[0].path
    both = _objects("cases", "search", film, "--text", "mass", "--cases", base, "--finding", "mass", "--side", "left")
    assert [each["study_id"] for each in both] == ["s7"]
    others = ("--not-source", "elsewhere", "--since", "2020-01-07", "--not-split", "val")
    assert [each["study_id"] for each in _objects("cases", "search", film, "--cases", base, *others)] == ["s8", "s6"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--finding", "pleural"), "`--finding pleural`: is no finding known here, choose one of .*pleural_effusion"),
        (("--since", "last week"), "`--since last week`: is no date"),
        ((), "has nothing to look for"),
    ],
)
def test_what_cannot_be_looked_for(words: tuple[str, ...], sentence: str, base: Path) -> None:
    with pytest.raises(SightlineError, match=sentence):
        _run("cases", "search", "--cases", base, *words)


def test_add_and_update_and_remove(base: Path, tmp_path: Path) -> None:
    film = film_case(tmp_path, 9).study.views[0].path
    (tmp_path / "report.txt").write_text("Findings: Large right pneumothorax.", encoding="utf-8")
    told = ("--report", tmp_path / "report.txt", "--source", "ward")
    assert "9 cases (1 added)" in _run("cases", "add", film, "--cases", base, *told)
    assert "9 cases (1 known before)" in _run("cases", "add", film, "--cases", base, *told)
    assert "9 cases (1 updated)" in _run("cases", "add", film, "--cases", base, "--source", "ward")
    assert "1 cases removed" in _run("cases", "remove", "--cases", base, "--source", "ward")
    assert info(base).count == 8


def test_two_bases_and_a_whole_one(base: Path, studies: Path, tmp_path: Path) -> None:
    assert "8 cases (8 added)" in _run("cases", "merge", base, tmp_path / "other")
    with pytest.raises(SightlineError, match="is one base"):
        _run("cases", "merge", base)
    assert _run("cases", "verify", tmp_path / "other").endswith("8 cases, 0 problems\n")
    assert _objects("cases", "info", tmp_path / "other")[0]["count"] == 8
    assert "8 cases of 8 patients, 8 indexed" in _run("cases", "info", tmp_path / "other")


def test_out_again(base: Path, tmp_path: Path) -> None:
    assert "1 cases" in _run("cases", "export", base, "-o", tmp_path / "out", "--source", "elsewhere")
    assert [case.study.study_id for case in read_cases(tmp_path / "out" / "studies.jsonl")] == ["s7"]
    assert "7 cases" in _run("cases", "export", base, "-o", tmp_path / "out.csv", "--not-source", "elsewhere")


def test_adding_makes_no_base(studies: Path, tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="holds no case base"):
        _run("cases", "add", studies, "--cases", tmp_path / "none")
    assert not (tmp_path / "none").exists()
