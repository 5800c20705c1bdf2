from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

from mllm.audit import table
from mllm.audit.chain import Row
from mllm.audit.pages import PAGE, logged_pages, moved_sum, page_sum

KEY = b"key"


def _sum(content: bytes, key: bytes = KEY) -> str:
    return page_sum(io.BytesIO(content), key)


def _page(letter: str) -> bytes:
    return letter.encode() * PAGE


def test_every_byte_place_and_the_key_count() -> None:
    content = _page("a") + _page("b")
    others = [
        _page("b") + _page("a"),
        content + b"\0",
        content[:-1],
        _page("a"),
        content[: PAGE + 5] + b"x" + content[PAGE + 6 :],
    ]
    assert len({_sum(content), _sum(content, b"other"), *map(_sum, others)}) == 7


def test_a_moved_sum_is_that_of_the_file_as_it_becomes() -> None:
    before, changed = _page("a") + _page("b"), {2: _page("c"), 3: _page("d")}
    moved = moved_sum(_sum(before), io.BytesIO(before), changed, KEY)
    assert moved == _sum(_page("a") + _page("c") + _page("d"))


def test_what_something_else_changed_stays_wrong_in_a_moved_sum() -> None:
    """In a page that is written later, in one that is not, and behind the end."""
    before = _page("a") + _page("b")
    for tampered in (before[:-1] + b"x", b"x" + before[1:], before + _page("x")):
        changed = {2: _page("c"), 3: _page("d")}
        after = tampered[:PAGE] + _page("c") + _page("d")
        assert moved_sum(_sum(before), io.BytesIO(tampered), changed, KEY) != _sum(after)


def test_the_pages_of_a_write_ahead_log_are_those_the_file_gets(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    table.create(file)
    before = file.read_bytes()
    with closing(sqlite3.connect(file, isolation_level=None)) as opened:
        opened.execute("PRAGMA wal_autocheckpoint = 0")
        table.add(opened, Row(1, "x" * 9000, "h"))
        changed = logged_pages(table.wal_file(file))
    assert file.stat().st_size > len(before)
    assert moved_sum(_sum(before), io.BytesIO(before), changed, KEY) == _sum(file.read_bytes())


def test_frames_of_an_earlier_use_are_left_out(tmp_path: Path) -> None:
    wal = tmp_path / "wal"
    header = bytes(16) + b"saltsalt" + bytes(8)
    frames = [
        bytes([0, 0, 0, n]) + bytes(4) + salt + bytes(8) + _page("a")
        for n, salt in ((1, b"saltsalt"), (2, b"old salt"))
    ]
    wal.write_bytes(header + b"".join(frames))
    assert list(logged_pages(wal)) == [1]
