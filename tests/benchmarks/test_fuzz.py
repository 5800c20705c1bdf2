"""A few seeded inputs of each kind; `python -m benchmarks.fuzz` goes on from there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.fuzz.readers import FAMILIES, Input
from benchmarks.fuzz.valid_films import COLUMNS, ROWS, pictures, valid_films
from benchmarks.fuzz.worker import examine, make
from radiology.errors import SightlineError
from radiology.imaging.pixels import read_pixels

KINDS = {kind.name: kind for kinds in FAMILIES.values() for kind in kinds}


@pytest.mark.parametrize("name", KINDS)
def test_damaged_input_is_refused_in_a_sentence_or_read(name: str) -> None:
    outcomes = [examine(KINDS[name], make(KINDS[name], 5, number)) for number in range(12)]
    assert [outcome.problems for outcome in outcomes if outcome.problems] == []
    assert all(sum(each.read.values()) + sum(each.refused.values()) == len(KINDS[name].readers) for each in outcomes)


def test_what_gets_damaged_was_valid(tmp_path: Path) -> None:
    for content in (*valid_films(), *pictures()):
        (tmp_path / "film").write_bytes(content)
        assert read_pixels(tmp_path / "film").shape in {(ROWS, COLUMNS), (COLUMNS, ROWS)}


def test_the_same_seed_gives_the_same_input() -> None:
    for kind in KINDS.values():
        assert [make(kind, 1, n) for n in range(5)] == [make(kind, 1, n) for n in range(5)], kind.name


def test_what_a_reader_must_not_do_is_found() -> None:
    def fail(_: object) -> None:
        raise KeyError("x")

    def mumble(_: object) -> None:
        os.write(1, b"half a line")
        raise SightlineError("`a`: two\nlines without an end")

    kind = Input("bad", lambda random: random.randbytes(4), {"fails": fail, "mumbles": mumble})
    problems = [problem.partition(" at ")[0] for problem, _ in examine(kind, b"x").problems]
    assert problems == [
        "fails: KeyError",
        "mumbles: sentence without a name or an end",
        "mumbles: prints 'half a line'",
    ]
