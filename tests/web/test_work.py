from __future__ import annotations

from threading import Event

import pytest

from web.work import StoppedError, Work


def test_results_come_in_order_and_an_error_comes_last() -> None:
    def do(work: Work[int]) -> None:
        work.put(1)
        work.put(2)
        raise ValueError("broken")

    results = iter(Work(do))
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(ValueError, match="broken"):
        next(results)


def test_a_reader_that_waits_sees_the_end_at_once_and_the_work_ends_with_its_next_result() -> None:
    go_on, ended, cancelled = Event(), Event(), list[int]()

    def do(work: Work[int]) -> None:
        try:
            work.put(1)
            go_on.wait(60)
            work.put(2)
        except StoppedError:
            ended.set()
            raise

    work = Work(do, lambda: cancelled.append(1))
    results = iter(work)
    assert next(results) == 1
    work.stop()
    work.stop()
    assert list(results) == []
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(60)
    assert cancelled == [1]


def test_a_reader_that_leaves_stops_the_work() -> None:
    def do(work: Work[int]) -> None:
        while True:
            work.put(1)

    work = Work(do)
    for _ in work:
        break
    assert work.stopped


def test_work_that_was_stopped_before_it_began_hands_over_nothing() -> None:
    work = Work[int](lambda work: work.put(1))
    work.stop()
    assert list(work) == []
