from __future__ import annotations

from pathlib import Path

from benchmarks.kill_cases import Told, faults, kill_once, write_films


def test_a_base_outlives_three_kills(tmp_path: Path) -> None:
    studies, folder, told = write_films(tmp_path / "films", 64), tmp_path / "base", Told()
    for number, seconds in enumerate((0.1, 0.4, 0.9)):
        kill_once(studies, folder, number, seconds, told)
        assert list(faults(folder, told)) == []


def test_what_was_said_is_kept_apart() -> None:
    told = Told()
    for line in ("? a b c", "+ a b", "! a", "- a", "! b"):
        told.hear(line)
    assert (told.stored, told.gone) == (set(), {"a"})
    told.hear("? a")
    assert told.gone == set()
