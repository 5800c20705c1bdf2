"""An event loop on a thread of its own, so that ordinary code can wait with a limit and stop waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from functools import cache
from typing import Any, TypeVar

_T = TypeVar("_T")


class Background:
    """Runs coroutines for callers on any thread. It ends with the program."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="sightline remote", daemon=True).start()

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Its result. What interrupts the waiting, such as Ctrl-C, cancels the work."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def each(self, items: AsyncGenerator[_T, None]) -> Iterator[_T]:
        """Items as they come; `items` is closed when the reader stops, for whatever reason.

        Nobody waits for the closing: the reader may be collected on the loop's own thread.
        """
        try:
            while (item := self.wait(_next(items))) is not None:
                yield item
        finally:
            asyncio.run_coroutine_threadsafe(_close(items), self._loop)


@cache
def background() -> Background:
    """The one loop of this process, started at the first use."""
    return Background()


async def _next(items: AsyncGenerator[_T, None]) -> _T | None:
    return await anext(items, None)


async def _close(items: AsyncGenerator[Any, None]) -> None:
    await items.aclose()
