"""Work spread over processes, which end with the one that started them, however it ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
Progress = Callable[[int, int], None]
FEW = 64
"""Pieces of work for which no process is started: that takes longer than they do."""


def spread(
    work: Callable[[In], Out],
    items: Sequence[In],
    workers: int | None = None,
    progress: Progress = lambda done, total: None,
) -> Iterator[Out]:
    """`work` of each item, in the order of the items. `work` must be a function of a module.

    workers: number of processes, None for one a processor; 1 works in this one. `progress` gets (done, of how many).
    """
    count = min(workers or processors(), -(-len(items) // FEW))
    if count <= 1:
        yield from _told(map(work, items), len(items), progress)
        return
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=_end_with_parent) as pool:
        try:
            yield from _told(pool.map(work, items, chunksize=min(32, -(-len(items) // count))), len(items), progress)
        finally:
            pool.shutdown(cancel_futures=True)


def processors() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(results: Iterator[Out], total: int, progress: Progress) -> Iterator[Out]:
    for done, result in enumerate(results, start=1):
        yield result
        progress(done, total)


def _end_with_parent() -> None:
    """A worker of a parent that was killed would wait for work for ever."""
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
