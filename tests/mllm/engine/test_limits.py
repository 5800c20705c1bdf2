from __future__ import annotations

import pytest

from mllm.engine.limits import Limits, given_limits
from radiology.errors import SightlineError

NAMES = ("SIGHTLINE_ROWS", "SIGHTLINE_CACHE_MB", "SIGHTLINE_FIRST_SECONDS", "SIGHTLINE_ALL_SECONDS")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_they_are_the_usual_ones_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given_limits() == Limits()
    monkeypatch.setenv("SIGHTLINE_ROWS", " ")
    assert given_limits() == Limits()


def test_each_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(NAMES, ("2", "0", "300", "900"), strict=True):
        monkeypatch.setenv(name, value)
    assert given_limits() == Limits(rows=2, cache_bytes=0, first_seconds=300.0, all_seconds=900.0)


@pytest.mark.parametrize(("name", "value"), [("SIGHTLINE_ROWS", "0"), *((name, "-1") for name in NAMES)])
def test_one_that_cannot_be_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SightlineError, match=f"`{name}={value}`: is no limit, give a whole number from [01]"):
        given_limits()


@pytest.mark.parametrize("value", ["many", "1.5", "\u00b2", "4 GB"])
def test_what_is_no_whole_number_is_none(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_CACHE_MB", value)
    with pytest.raises(SightlineError, match="SIGHTLINE_CACHE_MB"):
        given_limits()
