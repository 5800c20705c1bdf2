"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiology.datasets.whole_file import is_partial, whole_file


def test_nothing_is_left_of_what_was_not_ended(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(TypeError), whole_file(tmp_path / "a.txt") as file:
        file.writelines(["new", None])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "old")]


def test_until_it_is_ended_the_old_one_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with whole_file(tmp_path / "a.txt") as file:
        file.write("new")
        assert {(path.name == "a.txt", is_partial(path)) for path in tmp_path.iterdir()} == {
            (True, False),
            (False, True),
        }
        assert (tmp_path / "a.txt").read_text() == "old"
    assert (tmp_path / "a.txt").read_text() == "new"


def test_what_was_written_takes_the_place_of_the_file(tmp_path: Path) -> None:
    with whole_file(tmp_path / "in" / "a.txt", "wb") as file:
        file.write(b"new\n")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "in").iterdir()] == [("a.txt", b"new\n")]
