from __future__ import annotations

import hashlib

import pytest

from mllm.audit.chain import GENESIS, BrokenLogError, Row, Tail, canonical, link, walk


def _chain(*texts: str) -> list[Row]:
    rows, previous = list[Row](), GENESIS
    for number, text in enumerate(texts, 1):
        previous = link(previous, text)
        rows.append(Row(number, text, previous))
    return rows


def test_a_hash_covers_the_one_before_and_the_text() -> None:
    first = hashlib.sha256(b"0" * 64 + b"a").hexdigest()
    assert [row.hash for row in _chain("a", "b")] == [first, hashlib.sha256(first.encode() + b"b").hexdigest()]


def test_the_end_of_a_chain() -> None:
    rows = _chain("a", "b", "c")
    assert walk(rows) == Tail(count=3, hash=rows[2].hash)
    assert walk([]) == Tail(count=0, hash=GENESIS)


def test_the_first_wrong_entry_is_named() -> None:
    rows = _chain("a", "b", "c", "d")
    changed = [rows[0], Row(2, "B", rows[1].hash), *rows[2:]]
    rehashed = [rows[0], Row(2, "B", link(rows[0].hash, "B")), *rows[2:]]
    swapped = [rows[0], Row(2, rows[2].text, rows[2].hash), Row(3, rows[1].text, rows[1].hash), rows[3]]
    missing = [rows[0], rows[2], rows[3]]
    for broken, number in ((changed, 2), (rehashed, 3), (swapped, 2), (missing, 2), (rows[1:], 1)):
        with pytest.raises(BrokenLogError, match=f"^entry {number}: ") as caught:
            walk(broken)
        assert caught.value.number == number


def test_one_record_has_one_text_and_it_is_ascii() -> None:
    tail = Tail(count=1, hash="Größe \u2028\0")
    assert canonical(tail) == '{"count":1,"hash":"Gr\\u00f6\\u00dfe \\u2028\\u0000"}'
