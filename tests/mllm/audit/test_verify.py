"""Whatever is done to a log by something else is found. The log of these tests is small enough to try its bytes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mllm.audit import table
from mllm.audit.chain import Tail, link
from mllm.audit.events import SignedOff
from mllm.audit.head import Head, head_file, write_head
from mllm.audit.log import Log
from mllm.audit.pages import PAGE
from mllm.audit.verify import OUTSIDE, Verdict, read_anchor, to_anchor, verify
from radiology.errors import SightlineError
from radiology.imaging.deid.secret import Secret

HEADER = 100
"""Bytes of the header of a SQLite file."""


@pytest.fixture
def written(log: Log) -> Log:
    """Five entries, one of which needs pages of its own."""
    for number in range(1, 6):
        log.append("Dr Ada", "ada", SignedOff.of(1, f"Text {number}. " * (600 if number == 3 else 1)))
    return log


def _forge(log: Log, *statements: str) -> Verdict:
    """Run SQL as somebody would who has the file but not the key."""
    with closing(sqlite3.connect(log.file, isolation_level=None)) as opened:
        for trigger in ("no_change", "no_removal", "only_next"):
            opened.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            opened.execute(statement)
        for statement in table.SCHEMA[1:]:
            opened.execute(statement)
    return verify(log)


def test_a_clean_log(written: Log) -> None:
    verdict = verify(written)
    last = written.rows()[-1]
    assert verdict == Verdict(tail=Tail(count=5, hash=last.hash))


def test_any_changed_byte_is_found(written: Log) -> None:
    """Every byte of the header, every third of the schema, every 61st of the rest: every page and every entry."""
    content = written.file.read_bytes()
    schema = range(content.index(b"trigger") - 20, PAGE, 3)
    for place in (*range(HEADER), *schema, *range(HEADER, len(content), 61)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        written.file.write_bytes(changed)
        assert verify(written).problem, place
    written.file.write_bytes(content)
    assert verify(written).problem == ""


def test_a_changed_byte_that_is_written_over_stays_found(written: Log) -> None:
    """A byte in the free space of the last page, which the next entry changes too."""
    content = bytearray(written.file.read_bytes())
    place = content.index(bytes(200))
    content[place + 100] = 7
    written.file.write_bytes(content)
    assert verify(written).problem == OUTSIDE
    for _ in range(3):
        written.append("Dr Ada", "ada", SignedOff.of(1, "Text."))
    assert verify(written).problem == OUTSIDE


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE entries SET text = replace(text, 'Ada', 'Bob') WHERE number = 3"], 3),
        (["UPDATE entries SET hash = (SELECT hash FROM entries WHERE number = 1) WHERE number = 4"], 4),
        (["DELETE FROM entries WHERE number = 5"], 5),
        (["DELETE FROM entries WHERE number = 2"], 2),
        (["DELETE FROM entries"], 1),
        (["UPDATE entries SET number = -2 WHERE number = 2", "UPDATE entries SET number = 2 WHERE number = 4",
          "UPDATE entries SET number = 4 WHERE number = -2"], 2),
        (["UPDATE entries SET number = number + 1 WHERE number = 5", "INSERT INTO entries VALUES (5, 'x', 'y')"], 5),
        (["INSERT INTO entries VALUES (0, 'x', 'y')"], 1),
        (["INSERT INTO entries VALUES (6, 'x', 'y')"], 6),
        (["DROP TABLE entries", table.SCHEMA[0]], 1),
        (["ALTER TABLE entries RENAME TO others"], 1),
    ],
)  # fmt: skip
def test_the_first_broken_entry_is_named(written: Log, statements: list[str], broken: int) -> None:
    schema = [] if "others" not in statements[0] else [table.SCHEMA[0]]
    verdict = _forge(written, *statements, *schema)
    assert verdict.broken == broken
    assert verdict.problem.startswith(f"entry {broken}: ")
    assert verdict.tail is None


@pytest.mark.parametrize(
    "statement",
    ["CREATE INDEX more ON entries (hash)", "CREATE VIEW more AS SELECT 1", "VACUUM", "PRAGMA user_version = 1"],
)
def test_changes_outside_of_the_entries_are_found(written: Log, statement: str) -> None:
    verdict = _forge(written, statement)
    assert (verdict.problem, verdict.broken) == (OUTSIDE, None)


def test_a_whole_chain_that_was_made_again_is_found(written: Log) -> None:
    """Whoever has the file can make a chain that holds, but no head record for it."""
    rows = written.rows()
    previous, statements = rows[1].hash, list[str]()
    for row in rows[2:]:
        text = row.text.replace("Ada", "Bob")
        previous = link(previous, text)
        statements.append(f"UPDATE entries SET text = '{text}', hash = '{previous}' WHERE number = {row.number}")
    assert _forge(written, *statements).broken == 5


def test_a_log_that_was_cut_extended_or_emptied_is_found(written: Log) -> None:
    content = written.file.read_bytes()
    for changed in (content[:-1], content[:-4096], content[:5000], b"", content + b"\0", content + bytes(4096)):
        written.file.write_bytes(changed)
        assert verify(written).problem, len(changed)


def test_an_older_copy_is_found(written: Log, tmp_path: Path) -> None:
    shutil.copyfile(written.file, tmp_path / "older")
    written.append("Dr Ada", "ada", SignedOff.of(1, "The last."))
    shutil.copyfile(tmp_path / "older", written.file)
    assert verify(written).problem == "entry 6: is missing, there were 6"


def test_an_older_copy_with_its_head_is_found_by_an_anchor_only(written: Log, tmp_path: Path) -> None:
    for file in (written.file, head_file(written.file)):
        shutil.copyfile(file, tmp_path / file.name)
    written.append("Dr Ada", "ada", SignedOff.of(1, "The last."))
    tail = verify(written).tail
    assert tail is not None
    anchor = read_anchor(to_anchor(tail))
    assert verify(written, anchor).problem == ""
    for file in (written.file, head_file(written.file)):
        shutil.copyfile(tmp_path / file.name, file)
    assert verify(written).problem == ""
    assert verify(written, anchor).broken == 6


def test_an_anchor_holds_for_a_log_that_went_on(written: Log) -> None:
    row = written.rows()[1]
    assert verify(written, Tail(count=2, hash=row.hash)).problem == ""
    assert verify(written, Tail(count=2, hash="0" * 64)).broken == 2


@pytest.mark.parametrize(
    "text", ["", "5", "5:", "5:abc", f"x:{'a' * 64}", f"²:{'a' * 64}", f"-1:{'a' * 64}", f"5:{'g' * 64}"]
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(SightlineError, match="is no anchor"):
        read_anchor(text)


def _no_head(log: Log) -> None:
    head_file(log.file).unlink()


def _other_head(log: Log) -> None:
    head_file(log.file).write_bytes(b"{}")


def _own_head(log: Log) -> None:
    """A head of somebody without the key, made after the fifth entry was cut off."""
    with closing(sqlite3.connect(log.file, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER no_removal")
        opened.execute("DELETE FROM entries WHERE number = 5")
        opened.execute(table.SCHEMA[2])
    write_head(log.file, Head(tail=Tail(count=4, hash=log.rows()[-1].hash), pages="0" * 64), b"guessed")


@pytest.mark.parametrize("change", [_no_head, _other_head, _own_head])
def test_a_head_that_is_missing_or_not_ours_is_found(written: Log, change: Callable[[Log], None]) -> None:
    change(written)
    verdict = verify(written)
    assert "`log.sqlite.head` is missing or not as written" in verdict.problem
    assert verdict.broken is None


def test_a_write_ahead_log_beside_it_is_found(written: Log, tmp_path: Path) -> None:
    """Other programs would read what such a file says instead of what was written."""
    copy = tmp_path / "copy"
    shutil.copyfile(written.file, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER no_change")
        opened.execute("UPDATE entries SET text = 'x' WHERE number = 2")
        shutil.copyfile(table.wal_file(copy), table.wal_file(written.file))
    assert "`log.sqlite-wal` lies beside it" in verify(written).problem


def test_a_change_after_an_interruption_is_found(written: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(table, "flush", fail)
        with pytest.raises(RuntimeError):
            written.append("Dr Ada", "ada", SignedOff.of(1, "The last."))
    assert verify(written).note
    for statement, broken in (
        ("UPDATE entries SET text = 'x' WHERE number = 6", 6),
        ("CREATE VIEW more AS SELECT 1", None),
    ):
        content = written.file.read_bytes()
        verdict = _forge(written, statement)
        assert verdict.problem
        assert verdict.broken == broken
        written.file.write_bytes(content)


def test_another_key_is_found(written: Log) -> None:
    assert verify(Log(written.file, Secret(b"x" * 32))).problem


def test_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="there is no audit log"):
        verify(Log(tmp_path / "log.sqlite", Secret(b"k" * 32)))


def test_verifying_a_copy_leaves_no_trace(written: Log, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    place.mkdir()
    for file in (written.file, head_file(written.file)):
        shutil.copyfile(file, place / file.name)
    place.chmod(0o500)
    try:
        assert verify(Log(place / written.file.name, Secret(written.key))).problem == ""
        assert len(list(place.iterdir())) == 2
    finally:
        place.chmod(0o700)


def test_a_row_that_is_no_text_is_found(written: Log) -> None:
    verdict = _forge(written, "UPDATE entries SET text = CAST(x'ff00fe' AS TEXT) WHERE number = 2")
    assert verdict.broken == 2
