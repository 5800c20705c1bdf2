from __future__ import annotations

import io
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from mllm.console import prepare
from mllm.engine.protocol import Piece
from radiology.errors import SightlineError
from radiology.study import Draft, DraftSentence, ModelInfo, Projection, Study, View

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/pytorch.md", "docs/evaluation.md", "docs/cases.md")


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command with these arguments, as the shell would."""
    monkeypatch.setattr(cli, "_be_quiet", lambda: None)

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["sightline", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        printed = capsys.readouterr()
        return Outcome(int(end.value.code or 0), printed.out, printed.err)

    return call


class FakeConversation:
    def ask(self, text: str) -> Iterator[Piece]:
        yield Piece("You asked: ")
        yield Piece(text)


class FakeAssistant:
    """Refuses the study called "hand"; prints, as libraries do."""

    def draft(self, study: Study, **options: Any) -> Draft:
        print("loading weights")  # noqa: T201
        if study.study_id == "hand" and not options["force"]:
            raise SightlineError("`hand.dcm`: is not a chest film, use --force to go on.")
        sentence = DraftSentence(text=f"grounded {options['grounded']}.", section="findings")
        return Draft(
            study_id=study.study_id, sentences=(sentence,), model=ModelInfo(id="fake", hash="0"), prompt_hash="0"
        )

    def converse(self, study: Study, force: bool = False) -> FakeConversation:
        return FakeConversation()


def _study(name: str) -> Study:
    view = View(id="frontal", path=f"{name}.dcm", projection=Projection.PA, width=7, height=9)
    return Study(study_id=name, patient_id="p", views=(view,))


@pytest.fixture
def studies(monkeypatch: pytest.MonkeyPatch) -> list[Study]:
    """What the paths hold, with a fake assistant to read it."""
    found = [_study("chest")]
    monkeypatch.setattr(cli, "_studies", lambda paths, force: found)
    monkeypatch.setattr(cli, "_assistant", lambda model, load, cases: FakeAssistant())
    return found


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that is no group, by the words that call it."""
    if not hasattr(command, "commands"):
        yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _leaves(child, (*path, name))


COMMANDS = dict(_leaves(typer.main.get_command(cli.command)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...], run: Run) -> None:
    shown = run(*path, "--help")
    assert shown.status == 0
    assert "Usage: sightline " + " ".join(path) in shown.out
    assert COMMANDS[path].help
    assert [option.name for option in COMMANDS[path].params if not getattr(option, "help", "")] == []


def test_json_stands_alone_on_stdout(run: Run, studies: list[Study]) -> None:
    shown = run("report", "chest.dcm", "--format", "json")
    assert shown.status == 0
    assert json.loads(shown.out)["study_id"] == "chest"
    assert "loading weights" in shown.err


def test_several_studies_give_a_line_each(run: Run, studies: list[Study]) -> None:
    studies.append(_study("second"))
    lines = run("report", "studies.jsonl", "--format", "json").out.splitlines()
    assert [json.loads(line)["study_id"] for line in lines] == ["chest", "second"]


def test_text_is_the_default_and_plain_asks_for_no_boxes(run: Run, studies: list[Study]) -> None:
    assert "grounded True." in run("report", "chest.dcm").out
    assert "grounded False." in run("report", "chest.dcm", "--style", "plain").out


def test_a_refused_study_is_one_sentence_and_status_2(run: Run, studies: list[Study]) -> None:
    studies[:] = [_study("hand")]
    shown = run("report", "hand.dcm")
    assert (shown.status, shown.out) == (2, "")
    assert "`hand.dcm`: is not a chest film, use --force to go on." in shown.err
    assert run("report", "hand.dcm", "--force").status == 0


def test_a_refused_study_does_not_stop_the_others(run: Run, studies: list[Study]) -> None:
    studies[:] = [_study("hand"), _study("chest")]
    shown = run("report", "studies.jsonl", "--format", "json")
    assert (shown.status, json.loads(shown.out)["study_id"]) == (2, "chest")


def test_a_mistake_is_one_sentence_and_status_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(paths: list[Path], force: bool) -> list[Study]:
        raise SightlineError(f"`{paths[0]}`: is no image.")

    monkeypatch.setattr(cli, "_studies", refuse)
    for name in ("report", "chat"):
        assert run(name, "notes.txt") == Outcome(2, "", "`notes.txt`: is no image.\n")
    assert run("ask", "notes.txt", "-q", "Why?") == Outcome(2, "", "`notes.txt`: is no image.\n")


def test_an_unexpected_error_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(paths: list[Path], force: bool) -> list[Study]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(cli, "_be_quiet", lambda: None)
    monkeypatch.setattr(cli, "_studies", break_down)
    monkeypatch.setattr(sys, "argv", ["sightline", "report", "chest.dcm"])
    with pytest.raises(ZeroDivisionError, match="a bug"):
        cli.main()


def test_questions_are_answered_in_order(run: Run, studies: list[Study]) -> None:
    assert run("ask", "chest.dcm", "-q", "One?", "-q", "Two?").out == "You asked: One?\nYou asked: Two?\n"


def test_a_conversation_needs_one_study(run: Run, studies: list[Study]) -> None:
    studies.append(_study("second"))
    shown = run("ask", "studies.jsonl", "-q", "One?")
    assert shown == Outcome(2, "", "`studies.jsonl`: holds 2 studies, name the files of one.\n")


def test_chat_ends_with_an_empty_line(run: Run, studies: list[Study], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("One?\n\nTwo?\n"))
    assert run("chat", "chest.dcm").out == "You asked: One?\n"


def test_phantoms_come_with_studies_and_questions(run: Run, tmp_path: Path) -> None:
    shown = run("phantom", "-n", 2, "--seed", 5, "--size", 40, "--views", "pa,lateral", "-o", tmp_path)
    assert (shown.status, shown.out.strip()) == (0, str(tmp_path / "studies.jsonl"))
    assert len((tmp_path / "studies.jsonl").read_text().splitlines()) == 2
    assert len(list((tmp_path / "images").glob("*.png"))) == 4


def test_patients_take_the_place_of_n(run: Run, tmp_path: Path) -> None:
    run("phantom", "--patients", 3, "--visits", "2", "--size", 40, "-o", tmp_path)
    assert len((tmp_path / "studies.jsonl").read_text().splitlines()) == 6


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--views", "PA,OBLIQUE", "`--views PA,OBLIQUE`: OBLIQUE is no projection, use PA, AP, LATERAL."),
        ("--views", "", "`--views `: nothing is no projection, use PA, AP, LATERAL."),
        ("--visits", "3-1", "`--visits 3-1`: is no number of visits, write 2 or a range such as 1-3."),
        ("--visits", "some", "`--visits some`: is no number of visits, write 2 or a range such as 1-3."),
    ],
)
def test_phantom_refuses_what_it_cannot_make(option: str, value: str, sentence: str, run: Run, tmp_path: Path) -> None:
    assert run("phantom", option, value, "-o", tmp_path / "out") == Outcome(2, "", sentence + "\n")


def test_a_report_that_is_no_text_is_named(run: Run, studies: list[Study], tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_bytes(b"\xff\xfe\x00")
    shown = run("check", "chest.dcm", "--report", tmp_path / "report.txt")
    assert (shown.status, shown.out) == (2, "")
    assert shown.err.startswith(f"`{tmp_path / 'report.txt'}`: cannot be read as text")


def test_an_unknown_data_source_is_named_with_the_known_ones(run: Run, tmp_path: Path) -> None:
    shown = run("cases", "build", tmp_path, "--source", "mimic")
    assert shown.status == 2
    assert re.match(r"`--source mimic`: is not known, choose one of .*kermany.*nih", shown.err)


def test_a_folder_without_cases_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    shown = run("cases", "info", tmp_path)
    assert (shown.status, shown.out) == (2, "")
    assert str(tmp_path) in shown.err


def test_an_unknown_training_stage_is_named(run: Run) -> None:
    assert run("train", "magic", "x.yaml").err == "`magic`: is no training stage, see the files of `train`.\n"


def test_doctor_says_when_there_are_no_cases(run: Run) -> None:
    shown = run("doctor")
    assert shown.status == 0
    assert re.search(r"^cases +none in ", shown.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("model", "offline"),
    [("mini", True), ("http://127.0.0.1:8000/v1", True), (".", True), ("google/medgemma-4b-it", False)],
)
def test_the_hub_is_closed_unless_the_model_is_there(
    model: str, offline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("os.environ", environment := dict[str, str]())
    prepare(model)
    assert (environment.get("HF_HUB_OFFLINE") == "1") is offline


def test_a_source_tree_path_is_no_hub_id(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "runs" / "sft").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.environ", environment := dict[str, str]())
    prepare("runs/sft")
    assert environment["HF_HUB_OFFLINE"] == "1"


def _shell_lines() -> list[str]:
    blocks = [
        block for name in DOCUMENTS for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)
    ]
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.mark.parametrize("line", [line for line in _shell_lines() if line.startswith("sightline ")])
def test_the_documents_name_commands_that_exist(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    path = next(path for path in (tuple(words[:2]), tuple(words[:1])) if path in COMMANDS)
    command, rest = COMMANDS[path], words[len(path) :]
    assert command.make_context(path[-1], rest).params.keys() == {option.name for option in command.params}


@pytest.mark.parametrize("line", [line for line in _shell_lines() if line.startswith("make ")])
def test_the_documents_name_targets_that_exist(line: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert shlex.split(line, comments=True)[1] in targets
