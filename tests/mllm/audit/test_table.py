from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mllm.audit import table
from mllm.audit.chain import Row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "log.sqlite"
    table.create(file)
    with table.opened(file) as opened:
        for number in (1, 2):
            table.add(opened, Row(number, f"text {number}", "h"))
    return file


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET text = 'x' WHERE number = 1",
        "DELETE FROM entries",
        "INSERT INTO entries VALUES (2, 'x', 'h')",
        "INSERT OR REPLACE INTO entries VALUES (2, 'x', 'h')",
        "INSERT INTO entries VALUES (4, 'x', 'h')",
        "INSERT INTO entries VALUES (0, 'x', 'h')",
    ],
)
def test_rows_go_in_at_the_end_and_never_change(file: Path, statement: str) -> None:
    with table.opened(file) as opened:
        with pytest.raises(sqlite3.IntegrityError, match="entries"):
            opened.execute(statement)
        assert [row.text for row in table.rows(opened)] == ["text 1", "text 2"]


def test_only_the_owner_may_read_it(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


def test_making_it_again_changes_nothing(file: Path) -> None:
    table.create(file)
    with table.opened_to_read(file) as opened:
        assert table.tail(opened).count == 2
        assert table.schema(opened) == table.SCHEMA
        assert table.sound(opened)


def test_reading_leaves_no_trace_and_sees_the_file_alone(file: Path) -> None:
    wal = table.wal_file(file)
    wal.write_bytes(b"something")
    before = file.read_bytes()
    with table.opened_to_read(file) as opened:
        assert len(list(table.rows(opened))) == 2
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            table.add(opened, Row(3, "x", "h"))
    assert file.read_bytes() == before
    assert wal.read_bytes() == b"something"
