from __future__ import annotations

import numpy as np

from mllm.engine.store import Store


def block(nbytes: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.zeros(nbytes, np.uint8)


def test_what_was_not_used_for_longest_goes_first() -> None:
    store = Store(100)
    for key in "abc":
        store.put(key, block(30))
    store.get("a")
    store.put("d", block(30))
    assert [key for key in "abcd" if store.get(key) is not None] == ["a", "c", "d"]
    assert (store.nbytes, len(store), store.evicted) == (90, 3, 1)


def test_the_limit_holds_whatever_comes() -> None:
    store, random = Store(1000), np.random.default_rng(0)
    for _ in range(500):
        store.put(int(random.integers(40)), block(int(random.integers(0, 400))))
        assert store.nbytes <= 1000


def test_what_alone_is_too_large_is_not_kept_and_takes_nothing_elses_place() -> None:
    store = Store(100)
    store.put("small", block(60))
    store.put("large", block(101))
    assert store.get("large") is None
    assert store.get("small") is not None


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    store = Store(100)
    store.put("a", block(60))
    store.put("a", block(50))
    assert (store.nbytes, len(store)) == (50, 1)
    store.put("a", block(200))
    assert store.get("a") is None
    assert store.nbytes == 0


def test_what_is_dropped_is_gone_and_dropping_twice_is_no_error() -> None:
    store = Store(100)
    store.put("a", block(60))
    store.drop("a")
    store.drop("a")
    assert store.get("a") is None
    assert (store.nbytes, len(store), store.evicted) == (0, 0, 0)
