from __future__ import annotations

import os

import pytest

from radiology.datasets.processes import spread


def _square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def _refuse(number: int) -> int:
    raise ZeroDivisionError(number)


def test_results_come_in_order_from_other_processes() -> None:
    told: list[tuple[int, int]] = []
    results = list(spread(_square, range(200), 2, lambda done, total: told.append((done, total))))
    assert [square for square, _ in results] == [number * number for number in range(200)]
    assert os.getpid() not in {process for _, process in results}
    assert told == [(done, 200) for done in range(1, 201)]


def test_few_are_done_here() -> None:
    assert list(spread(_square, range(3))) == [(0, os.getpid()), (1, os.getpid()), (4, os.getpid())]
    assert list(spread(_square, [])) == []


def test_an_error_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(_refuse, range(200), 2))
