"""What may be needed again: least recently used out first, never more bytes than a limit."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable
from threading import Lock
from typing import Any, Protocol


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


class Store:
    """Values by key; safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self.limit, self.evicted = limit, 0
        self._values: OrderedDict[Hashable, Sized] = OrderedDict()
        self._nbytes = 0
        self._dropped: deque[Hashable] = deque()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """What was last put there; None where nothing is left of it."""
        with self._lock:
            self._sweep()
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Sized) -> None:
        """Keep `value`, in place of what was there; one that alone is above the limit is not kept."""
        with self._lock:
            self._sweep()
            self._remove(key)
            if value.nbytes > self.limit:
                return
            self._values[key] = value
            self._nbytes += value.nbytes
            while self._nbytes > self.limit:
                self._remove(next(iter(self._values)))
                self.evicted += 1

    def drop(self, key: Hashable) -> None:
        """Forget `key` with the next use: takes no lock, so that a finaliser may call it in the middle of anything."""
        self._dropped.append(key)

    @property
    def nbytes(self) -> int:
        with self._lock:
            self._sweep()
            return self._nbytes

    def __len__(self) -> int:
        with self._lock:
            self._sweep()
            return len(self._values)

    def _sweep(self) -> None:
        while self._dropped:
            self._remove(self._dropped.popleft())

    def _remove(self, key: Hashable) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._nbytes -= value.nbytes
