"""Cells of tables, as a table of facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from radiology.datasets.cells import certainty_of, date_of, projection_of_word, text_of, words_of
from radiology.study import Certainty, Projection


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (float("nan"), ""), (12.0, "12"), (1.5, "1.5"), (" a ", "a"), ("007", "007"), (0, "0")],
)
def test_text(cell: Any, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "certainty"),
    [
        (1, Certainty.PRESENT),
        ("1.0", Certainty.PRESENT),
        (True, Certainty.PRESENT),
        ("Yes", Certainty.PRESENT),
        (0.0, Certainty.ABSENT),
        ("negative", Certainty.ABSENT),
        (-1, Certainty.UNCERTAIN),
        ("-1.0", Certainty.UNCERTAIN),
        (float("nan"), None),
        ("", None),
        ("unlabeled", None),
    ],
)
def test_certainty(cell: Any, certainty: Certainty | None) -> None:
    assert certainty_of(cell) is certainty


@pytest.mark.parametrize("cell", [0.7, 2, "maybe"])
def test_what_is_no_certainty(cell: Any) -> None:
    with pytest.raises(ValueError, match=str(cell)):
        certainty_of(cell)


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("2024-02-03", None, date(2024, 2, 3)),
        ("20240203", None, date(2024, 2, 3)),
        (20240203.0, None, date(2024, 2, 3)),
        ("2024/02/03 10:11", None, date(2024, 2, 3)),
        ("2024-02-03T10:11:12", None, date(2024, 2, 3)),
        (datetime(2024, 2, 3, 10), None, date(2024, 2, 3)),  # noqa: DTZ001
        (date(2024, 2, 3), None, date(2024, 2, 3)),
        ("03.02.24", "%d.%m.%y", date(2024, 2, 3)),
        ("", "%d.%m.%y", None),
        (None, None, None),
    ],
)
def test_date(cell: Any, form: str | None, day: date | None) -> None:
    assert date_of(cell, form) == day


@pytest.mark.parametrize("cell", ["03/02/2024", "2024-13-01", "soon"])
def test_what_is_no_date(cell: str) -> None:
    with pytest.raises(ValueError, match=cell):
        date_of(cell)


@pytest.mark.parametrize(
    ("word", "projection"),
    [
        ("pa", Projection.PA),
        ("AP", Projection.AP),
        ("Lateral", Projection.LATERAL),
        ("LL", Projection.LATERAL),
        ("Frontal", Projection.UNKNOWN),
        ("", Projection.UNKNOWN),
        ("LAO", None),
        ("vorn", Projection.PA),
    ],
)
def test_projection(word: str, projection: Projection | None) -> None:
    assert projection_of_word(word, {"vorn": Projection.PA}) is projection


def test_words() -> None:
    assert words_of("a| b", "|") == words_of(["a", "b "], "|") == ["a", "b"]
