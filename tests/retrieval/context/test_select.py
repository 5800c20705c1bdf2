from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from retrieval.context.select import Candidate, count_by_length, select
from retrieval.context.settings import ContextSettings

OPEN = ContextSettings(floor=-1, drop=99, most=99, tokens=9999)


def _one(name: str, score: float = 0.9, angle: float | None = None, **more: Any) -> Candidate:
    vector = None if angle is None else np.array([np.cos(angle), np.sin(angle)], np.float32)
    return Candidate(name, text=more.pop("text", name), score=score, vector=vector, **more)


def _told(*candidates: Candidate, **settings: Any) -> tuple[str, dict[str, str]]:
    """Ids shown, in order; id -> step and reason of the others."""
    chosen = select(candidates, OPEN.model_copy(update=settings), len)
    assert len(chosen.shown) + len(chosen.left_out) == len(candidates)
    return "".join(each.id for each in chosen.shown), {
        each.candidate.id: f"{each.step}: {each.reason}" for each in chosen.left_out
    }


def test_the_order_given_is_kept() -> None:
    assert _told(_one("b", 0.3), _one("a", 0.9), _one("c", 0.5)) == ("bac", {})
    assert _told() == ("", {})


def test_what_the_route_bars() -> None:
    assert _told(_one("a", barred="its film is a lateral"), _one("b")) == ("b", {"a": "route: its film is a lateral"})


def test_below_the_floor_nothing_is_shown() -> None:
    shown, left = _told(_one("a", 0.49), _one("b", 0.31), floor=0.5)
    assert shown == ""
    assert left == {"a": "floor: likeness .49 is below .50", "b": "floor: likeness .31 is below .50"}
    assert _told(_one("a", 0.5), floor=0.5)[0] == "a"


def test_a_likeness_that_is_no_number_is_not_shown() -> None:
    assert _told(_one("a", float("nan")), floor=-1.0)[0] == ""


def test_the_drop_goes_by_scores_whatever_the_order() -> None:
    shown, left = _told(_one("b", 0.4), _one("a", 0.9), _one("c", 0.85), drop=0.3)
    assert shown == "ac"
    assert left == {"b": "drop: likeness falls from .85 to .40"}


def test_only_falls_among_those_that_may_be_shown_count() -> None:
    scores = {"a": 0.9, "b": 0.6, "c": 0.59, "d": 0.58, "e": 0.01}
    some = [_one(name, score) for name, score in scores.items()]
    assert _told(*some, drop=0.3, most=3)[0] == "a"
    assert _told(*some[1:], drop=0.3, most=3)[0] == "bcd"
    assert _told(*some, drop=0.3, most=0)[0] == ""


def test_copies_of_films_reports_and_patients() -> None:
    words = "There is a large left pleural effusion with an obscured left hemidiaphragm."
    shown, left = _told(
        _one("a", angle=0.0, report=words, patient="p"),
        _one("b", angle=0.001),
        _one("c", angle=1.0, report=words.upper()),
        _one("d", angle=2.0, patient="p"),
        _one("e", angle=3.0, report="Small nodule.", patient="q"),
        _one("f"),
        _one("g"),
    )
    assert shown == "aefg"
    assert left == {
        "b": "copy: nearly the same film is shown",
        "c": "copy: nearly the same report is shown",
        "d": "copy: another case of the same patient is shown",
    }
    assert _told(_one("a", patient="p"), _one("b", patient="p"), _one("c", patient="p"), per_patient=2)[0] == "ab"


def test_a_copy_of_what_is_below_the_floor_may_be_shown() -> None:
    assert _told(_one("a", 0.2, angle=0.0), _one("b", 0.9, angle=0.0), floor=0.5)[0] == "b"


def test_number_and_variety() -> None:
    some = (_one("a", 0.9, 0.0), _one("b", 0.89, 0.2), _one("c", 0.7, 1.5))
    assert _told(*some, most=2) == ("ab", {"c": "number: 2 are shown at most"})
    assert _told(*some, most=2, diversity=0.5)[0] == "ac"
    assert _told(*some, most=0)[0] == ""
    assert _told(*some, _one("d", 0.6), most=2, diversity=0.5)[0] == "ab"  # d has no vector to tell variety by


def test_the_tokens_are_counted_as_the_engine_does() -> None:
    some = (_one("a", text="1234"), _one("b", text="1234567"), _one("c", text="12"))
    assert _told(*some, tokens=7) == ("ac", {"b": "tokens: its 7 tokens do not fit into the 3 left"})
    assert select(some, OPEN, len).tokens == 13
    assert select(some, OPEN).tokens == 2 + 3 + 1
    assert _told(*some, tokens=0)[0] == ""


def test_every_step_sees_only_what_is_left() -> None:
    # without the barred one there is no fall of likeness any more
    assert _told(_one("a", 0.99, barred="no"), _one("b", 0.5), _one("c", 0.49), drop=0.3)[0] == "bc"


def test_length_bounds_tokens() -> None:
    assert [count_by_length(text) for text in ("", "a", "abc", "abcd")] == [0, 1, 1, 2]


def test_every_setting_has_a_line_of_help() -> None:
    assert all(field.description for field in ContextSettings.model_fields.values())


@pytest.mark.parametrize("wrong", [{"drop": 0}, {"floor": 2}, {"most": -1}, {"diversity": 1.5}])
def test_settings_that_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        ContextSettings(**wrong)
