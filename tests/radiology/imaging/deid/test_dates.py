from __future__ import annotations

from datetime import date

import pytest

from radiology.imaging.deid.dates import capped_age, capped_years, earlier, shifted


@pytest.mark.parametrize(
    ("value", "vr", "moved"),
    [
        ("20240301", "DA", "20240229"),
        ("2024.03.01", "DA", "20240229"),
        ("20240301101500.5+0100", "DT", "20240229101500.5+0100"),
        ("101500", "TM", "101500"),
        ("10:15:00", "TM", "101500"),
        ("JOHN DOE", "DA", ""),
        ("20241399", "DA", ""),
        ("noon", "TM", ""),
        ("778123", "TM", ""),
        ("20240301778123", "DT", ""),
    ],
)
def test_dates_move_and_times_stay(value: str, vr: str, moved: str) -> None:
    assert shifted(value, vr, 1) == moved


def test_intervals_stay() -> None:
    first, second = date(2023, 12, 30), date(2024, 3, 2)
    assert earlier(second, 777) - earlier(first, 777) == second - first


@pytest.mark.parametrize(
    ("age", "capped"),
    [
        ("089Y", "089Y"),
        ("090Y", "090Y"),
        ("101Y", "090Y"),
        ("999M", "999M"),
        ("006W", "006W"),
        ("58", "058Y"),
        ("old", ""),
    ],
)
def test_ages_end_at_90(age: str, capped: str) -> None:
    assert capped_age(age) == capped


def test_ages_in_years_end_at_90() -> None:
    assert [capped_years(age) for age in (None, 7, 89, 90, 104)] == [None, 7, 89, 90, 90]
