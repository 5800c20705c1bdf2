"""Work that a thread does for a reader: results as they come, and an end to it from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class StoppedError(Exception):
    """Nobody reads any more: raised where the next result would be handed over, which ends the work there."""


class Work(Generic[T]):
    """Iterating over it gives what `do` hands to `put`, in order, and raises what `do` raises; a reader that leaves
    stops it. `cancel` is called once, by `stop`, for what can be ended before its next result."""

    def __init__(self, do: Callable[[Work[T]], None], cancel: Callable[[], None] = lambda: None) -> None:
        self._do, self._cancel = do, cancel
        self._results: SimpleQueue[T | _End] = SimpleQueue()
        self._stopping = Lock()
        self.stopped = False

    def __iter__(self) -> Iterator[T]:
        Thread(target=self._run, name="sightline work", daemon=True).start()
        try:
            while not isinstance(result := self._results.get(), _End):
                if self.stopped:
                    return
                yield result
            if result.error is not None and not self.stopped:
                raise result.error
        finally:
            self.stop()

    def stop(self) -> None:
        """Nothing more is wanted: a reader that waits sees the end at once."""
        with self._stopping:
            if not self.stopped:
                self.stopped = True
                self._results.put(_End())
                self._cancel()

    def put(self, result: T) -> None:
        """Hand over a result. Raises StoppedError."""
        self.check()
        self._results.put(result)

    def check(self) -> None:
        """Raises StoppedError once the work was stopped."""
        if self.stopped:
            raise StoppedError

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._do(self)
        except StoppedError:
            pass
        except BaseException as raised:
            error = raised
        self._results.put(_End(error))


class _End:
    """Nothing more comes; `error` is why, where something went wrong."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
