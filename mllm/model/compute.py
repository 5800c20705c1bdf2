"""The one thread on which models are loaded and run.

OpenMP keeps a team of threads for every thread that computes. Two teams are more threads than cores, whereupon libgomp
no longer spins between a team's operations (`gomp_throttled_spin_count_var` in its env.c) and small models run at half
their speed. So there is one team, whoever asks.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
NAME = "sightline-model"


class _Compute:
    """A thread that a forked process makes anew."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1, NAME)
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self.pool = ThreadPoolExecutor(1, NAME)


_COMPUTE = _Compute()


def compute(work: Callable[[], T]) -> T:
    """The result of `work`, done on the model thread behind what was asked before."""
    if threading.current_thread().name.startswith(NAME):
        return work()
    return later(work).result()


def later(work: Callable[[], T]) -> Future[T]:
    """Have `work` done on the model thread, without waiting for it."""
    return _COMPUTE.pool.submit(work)
