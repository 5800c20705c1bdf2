from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mllm.audit import table
from mllm.audit.events import SignedOff
from mllm.audit.head import head_file
from mllm.audit.log import Log, default_log, entry_of
from mllm.audit.verify import verify
from radiology.errors import SightlineError
from tests.mllm.audit.conftest import SECRET

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import os, sys
from pathlib import Path
from mllm.audit import log as module, table
from mllm.audit.events import SignedOff
from radiology.imaging.deid.secret import Secret

file, entries, crash = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
log = module.Log(file, Secret(b"k" * 32))

def end(*args, **kwargs):
    os._exit(9)

def ends_after(function):
    def run(*args, **kwargs):
        function(*args, **kwargs)
        end()
    return run

for number in range(entries):
    entry = log.append("Dr Ada", "ada", SignedOff.of(1, f"text {number} " * 300))
    print(entry.number, flush=True)
match crash:
    case "head is written": module.write_head = ends_after(module.write_head)
    case "row is committed": table.add = ends_after(table.add)
    case "row is in the file": table.flush = ends_after(table.flush)
    case "row is not committed":
        def add(opened, row):
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("INSERT INTO entries VALUES (?, ?, ?)", (row.number, row.text, row.hash))
            end()
        table.add = add
if crash:
    log.append("Dr Ada", "ada", SignedOff.of(1, "the last"))
"""


def _writer(log: Log, entries: int, crash: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(log.file), str(entries), crash]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _add(log: Log, text: str = "All clear.") -> int:
    return log.append("Dr Ada", "ada", SignedOff.of(1, text)).number


def test_entries_come_back_as_they_were_made(log: Log) -> None:
    made = [log.append(who, "ada", SignedOff.of(1, "Größe \u2028 \0 'x'")) for who in ("Dr Ada", "Dr Björn")]
    assert [entry_of(row) for row in log.rows()] == made
    assert [entry.number for entry in made] == [1, 2]
    assert made[0].at <= made[1].at


def test_the_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIGHTLINE_HOME", str(tmp_path))
    assert default_log() == tmp_path / "audit" / "log.sqlite"


@pytest.mark.parametrize("name", ["", "x" * 101, "Dr\nAda", "Dr \u2028 Ada", "\x1b[31m"])
def test_a_name_that_cannot_be_shown_is_refused_and_nothing_is_written(log: Log, name: str) -> None:
    _add(log)
    with pytest.raises(SightlineError, match="is no name for the log"):
        log.append(name, "ada", SignedOff.of(1, "x"))
    assert len(log.rows()) == 1
    assert verify(log).problem == ""


def test_several_processes_and_threads_write_at_once(log: Log) -> None:
    writers = [_writer(log, 5) for _ in range(2)]
    threads = [threading.Thread(target=lambda: [_add(log) for _ in range(5)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [int(line) for writer in writers for line in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(set(numbers)) == 10
    verdict = verify(log)
    assert verdict.problem == ""
    assert verdict.tail is not None
    assert verdict.tail.count == 20


@pytest.mark.parametrize(
    ("moment", "kept"),
    [("head is written", 2), ("row is not committed", 2), ("row is committed", 3), ("row is in the file", 3)],
)
def test_a_program_that_ends_while_writing_leaves_the_entry_or_nothing(log: Log, moment: str, kept: int) -> None:
    writer = _writer(log, 2, moment)
    assert writer.communicate()[0].split() == ["1", "2"]
    assert writer.returncode == 9
    verdict = verify(log)
    assert (verdict.problem, verdict.tail and verdict.tail.count) == ("", kept)
    assert "was being written" in verdict.note
    assert _add(log) == kept + 1
    assert verify(log).note == ""


@pytest.mark.parametrize("failing", ["add", "flush"])
def test_an_error_while_writing_leaves_a_log_that_goes_on(
    log: Log, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise KeyboardInterrupt

    _add(log)
    with monkeypatch.context() as patch:
        patch.setattr(table, failing, fail)
        with pytest.raises(KeyboardInterrupt):
            _add(log)
    assert verify(log).problem == ""
    _add(log)
    assert verify(log).problem == ""


def test_killed_at_any_moment_what_was_acknowledged_is_there(log: Log) -> None:
    for before in (2, 4):
        writer = _writer(log, 1000)
        assert writer.stdout is not None
        seen = [int(writer.stdout.readline()) for _ in range(before)][-1]
        writer.kill()
        rest = writer.communicate()[0].split()
        verdict = verify(log)
        assert verdict.problem == ""
        assert verdict.tail is not None
        assert verdict.tail.count >= max([seen, *map(int, rest)])
    _add(log)
    assert verify(log).problem == ""


def test_nothing_is_added_to_a_log_that_something_else_changed(log: Log) -> None:
    for _ in range(2):
        _add(log)
    log.file.with_name("copy").write_bytes(log.file.read_bytes())
    head = head_file(log.file).read_bytes()
    _add(log)
    for change in (
        lambda: log.file.write_bytes(log.file.with_name("copy").read_bytes()),
        lambda: head_file(log.file).write_bytes(head),
        lambda: head_file(log.file).write_bytes(b"{}"),
        log.file.unlink,
        lambda: table.wal_file(log.file).write_bytes(b"x" * 5000),
    ):
        now, at = log.file.read_bytes(), head_file(log.file).read_bytes()
        change()
        with pytest.raises(SightlineError, match="was changed by something else"):
            _add(log)
        log.file.write_bytes(now)
        head_file(log.file).write_bytes(at)
    table.wal_file(log.file).unlink()
    assert _add(log) == 4


def test_a_log_without_its_head_or_another_file_is_not_written_to(log: Log, tmp_path: Path) -> None:
    _add(log)
    head_file(log.file).unlink()
    with pytest.raises(SightlineError, match="lost its head record"):
        _add(log)
    other = tmp_path / "report.txt"
    other.write_text("x" * 5000, encoding="utf-8")
    with pytest.raises(SightlineError, match="cannot be used as audit log"):
        _add(Log(other, SECRET))
    assert other.read_text(encoding="utf-8") == "x" * 5000


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SightlineError, match="cannot be used as audit log"):
        _add(Log(tmp_path / "file" / "log.sqlite", SECRET))


def test_a_log_open_elsewhere_goes_on_when_it_is_closed(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    _add(log)
    with table.opened(log.file) as reader:
        reader.execute("BEGIN")
        table.tail(reader)
        monkeypatch.setattr(table, "WAIT", 0.05)
        assert _add(log) == 2
        with pytest.raises(SightlineError, match="is open in another program"):
            _add(log)
    assert _add(log) == 3
    verdict = verify(log)
    assert verdict.problem == ""
    assert verdict.tail is not None
    assert verdict.tail.count == 3


def test_an_entry_of_another_version_is_named(log: Log) -> None:
    _add(log)
    (row,) = log.rows()
    with pytest.raises(SightlineError, match="entry 1: is not of a kind known here"):
        entry_of(type(row)(1, row.text.replace("signed off", "sealed"), row.hash))


def test_only_the_owner_may_look(log: Log) -> None:
    _add(log)
    assert log.file.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in log.file.parent.iterdir() if path.stat().st_size} == {0}
    assert os.listdir(log.file.parent).count("log.sqlite") == 1
