"""`sightline audit ...` as a user types it: what is printed, and the exit status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mllm.audit.auditor import open_auditor
from mllm.audit.events import Edited
from mllm.audit.log import Log, default_log, entry_of
from mllm.audit_commands import audit_command, auditor_for, log_edits
from radiology.errors import SightlineError
from radiology.imaging.deid.secret import default_key_file
from radiology.study import Draft, DraftSentence, ModelInfo, Study
from tests.fake_assistant import film_study, write_film
from tests.fake_writer import WritingAssistant


def _run(*words: object) -> Result:
    return CliRunner().invoke(audit_command, [str(word) for word in words])


@pytest.fixture
def log() -> Log:
    """The user's own log: a draft that was edited and signed off."""
    said = DraftSentence(text="The heart is enlarged.", section="findings")
    info = ModelInfo(id="mini", hash="abcdef0123456789")
    auditor = open_auditor(user="Dr Ada")
    number = auditor.drafted(Draft(study_id="study\x1b[31m-1", sentences=(said,), model=info, prompt_hash="0" * 64))
    auditor.edited(number, "Findings:\nThe heart is enlarged.", "Findings:\nThe heart is normal.")
    auditor.signed_off(number, "Findings:\nThe heart is normal.", "Dr Bo")
    auditor.exported("study-1", "pdf", b"", number)
    return auditor.log


def test_list_has_a_line_for_each_entry_and_nothing_a_terminal_obeys(log: Log) -> None:
    shown = _run("list")
    assert shown.exit_code == 0
    assert [line[:6].strip() for line in shown.stdout.splitlines()] == ["1", "2", "3", "4"]
    assert [line[29:] for line in shown.stdout.splitlines()] == [
        "Dr Ada  drafted study [31m-1 (mini abcdef012345)",
        "Dr Ada  edited the report of entry 1",
        "Dr Bo  signed off the report of entry 1",
        "Dr Ada  exported study-1 as pdf",
    ]


def test_verify_prints_an_anchor_that_it_takes(log: Log) -> None:
    shown = _run("verify")
    assert shown.exit_code == 0
    first, anchor = shown.stdout.splitlines()
    assert first == f"{log.file}: 4 entries, nothing changed"
    assert anchor == f"anchor 4:{log.rows()[-1].hash}"
    assert _run("verify", "--anchor", anchor.removeprefix("anchor ")).exit_code == 0
    other = _run("verify", "--anchor", f"4:{'0' * 64}")
    assert (other.exit_code, "entry 4: is not the one that the anchor names" in other.stdout) == (1, True)


def test_a_changed_log_is_named_with_its_first_broken_entry(log: Log) -> None:
    content = log.file.read_bytes()
    log.file.write_bytes(content.replace(b"is normal", b"is Normal"))
    shown = _run("verify")
    assert shown.exit_code == 1
    assert shown.stdout == f"{log.file}: entry 2: its hash does not fit its text and the entries before it\n"


def test_a_copy_is_verified_with_its_key(log: Log, tmp_path: Path) -> None:
    for file in (log.file, log.file.with_name("log.sqlite.head"), default_key_file()):
        shutil.copy(file, tmp_path / file.name)
    assert _run("verify", "--log", tmp_path / "log.sqlite", "--key", tmp_path / "deid.key").exit_code == 0
    assert _run("list", "--log", tmp_path / "log.sqlite").exit_code == 0


def test_export_writes_entries_or_pairs(log: Log, tmp_path: Path) -> None:
    shown = _run("export", "-o", tmp_path / "log.jsonl")
    assert shown.stdout == f"{tmp_path / 'log.jsonl'}: 4 entries\n"
    shown = _run("export", "-o", tmp_path / "pairs.jsonl", "--preferences")
    assert shown.stdout == f"{tmp_path / 'pairs.jsonl'}: 2 preference pairs\n"
    pairs = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert pairs[1]["rejected"] == "The heart is enlarged."


@pytest.mark.parametrize("words", [("list",), ("verify",), ("export", "-o", "never.jsonl")])
def test_without_a_log_or_a_key_it_is_a_mistake_and_none_is_made(words: tuple[str, ...], log: Log) -> None:
    default_key_file().unlink()
    assert "the key cannot be read" in str(_run(*words).exception)
    assert not default_key_file().exists()
    log.file.unlink()
    shown = _run(*words)
    assert isinstance(shown.exception, SightlineError)
    assert str(shown.exception).startswith(f"`{default_log()}`: there is no audit log")


def test_other_commands_audit_when_they_are_told_to(tmp_path: Path) -> None:
    assert auditor_for(audit=False) is None
    auditor = auditor_for(True, tmp_path / "own.sqlite", "Dr Ada")
    assert auditor is not None
    assert (auditor.log.file, auditor.who) == (tmp_path / "own.sqlite", "Dr Ada")
    for log, user in ((tmp_path, None), (None, "Dr Ada")):
        with pytest.raises(SightlineError, match="without --audit"):
            auditor_for(False, log, user)


def test_an_anchor_that_is_none(log: Log) -> None:
    for anchor in ("yesterday", f"{'9' * 20}:{'a' * 64}"):
        assert "is no anchor" in str(_run("verify", "--anchor", anchor).exception)


def test_a_log_is_never_exported_onto_itself(log: Log) -> None:
    before = log.file.read_bytes()
    for name in (log.file.name, f"{log.file.name}.head"):
        assert "is what this is made from" in str(_run("export", "-o", log.file.with_name(name)).exception)
    assert log.file.read_bytes() == before


@pytest.fixture
def film(tmp_path: Path) -> Study:
    return film_study(write_film(tmp_path / "film.png", 200))


def test_the_draft_and_the_commands_of_a_conversation_are_logged(film: Study) -> None:
    assistant, auditor = WritingAssistant(), open_auditor(user="Dr Ada")
    conversation = assistant.converse(film)
    conversation.drafting = lambda: assistant.draft(film)
    log_edits(conversation, auditor)
    for text in ("What is seen?", "remove the effusion", "make the nodule shorter than a film", "undo"):
        list(conversation.ask(text))
    entries = list(map(entry_of, auditor.log.rows()))
    assert [(entry.who, entry.event.kind) for entry in entries] == [
        ("Dr Ada", "drafted"),
        ("Dr Ada", "edited"),
        ("Dr Ada", "edited"),
    ]
    edits = [entry.event for entry in entries if isinstance(entry.event, Edited)]
    assert [edit.draft for edit in edits] == [1, 1]
    assert "effusion" not in edits[0].after
    assert (edits[1].before, edits[1].after) == (edits[0].after, edits[0].before)


def test_a_command_that_cannot_be_logged_changes_nothing(film: Study) -> None:
    assistant, auditor = WritingAssistant(), open_auditor(user="Dr Ada")
    conversation = assistant.converse(film)
    conversation.drafting = lambda: assistant.draft(film)
    log_edits(conversation, auditor)
    list(conversation.ask("remove the nodule"))
    before = conversation.draft
    auditor.log.file.write_bytes(b"x" * 5000)
    said = "".join(piece.text for piece in conversation.ask("remove the effusion"))
    assert "audit log" in said
    assert conversation.draft is before
