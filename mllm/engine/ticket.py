"""One answer under way: the scheduler puts tokens in, the reader takes them out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from threading import Condition
from time import monotonic

from mllm.engine.limits import Limits
from mllm.engine.reading import Prompt
from radiology.errors import SightlineError


class Ticket:
    """Iterating over it gives (token, probability) as they come; whoever stops reading early must `cancel`.

    `steps` is the most tokens it may have; `answers`, where there are any, are the only token sequences it may be.
    `changed` is the scheduler's: every change of a ticket is made holding it; `wake` tells it to go on. Without
    `limits` there is no hurry and no end to how far the writer may be ahead.
    """

    def __init__(
        self,
        prompt: Prompt,
        steps: int,
        changed: Condition,
        wake: Callable[[], None],
        answers: Sequence[Sequence[int]] = (),
        limits: Limits | None = None,
    ) -> None:
        self.prompt, self.steps, self.answers = prompt, steps, answers
        self.said: list[int] = []
        self.ended = steps <= 0
        self.lagging = False
        """The reader is too far behind: nothing more is written until it has caught up with half of it."""
        self._limits, self._changed, self._wake = limits, changed, wake
        self._unread: deque[tuple[int, float]] = deque()
        self._error: Exception | None = None
        self._start = monotonic()

    def __iter__(self) -> Iterator[tuple[int, float]]:
        while (item := self._take()) is not None:
            yield item

    def cancel(self) -> None:
        """Nothing more is wanted; the reader, if it still waits, sees the end."""
        with self._changed:
            self._end()

    def put(self, token: int, probability: float) -> None:
        """One more token; holding `changed`."""
        self.said.append(token)
        self._unread.append((token, probability))
        if self._limits and len(self._unread) >= self._limits.ahead:
            self.lagging = True

    def finish(self, error: Exception | None = None) -> None:
        """All is written, or `error` stopped it; holding `changed`."""
        if not self.ended:
            self._error = error
            self.ended = True

    @property
    def seconds_left(self) -> float | None:
        """Until its time is up; None without limits."""
        if self._limits is None:
            return None
        allowed = self._limits.all_seconds if self.said else min(self._limits.first_seconds, self._limits.all_seconds)
        return self._start + allowed - monotonic()

    def check(self) -> None:
        """End it if its time is up; holding `changed`."""
        left = self.seconds_left
        if left is not None and left <= 0 and not self.ended:
            self.finish(self._late())
            self._changed.notify_all()

    def _take(self) -> tuple[int, float] | None:
        with self._changed:
            while not self._unread and not self.ended:
                self._changed.wait(self.seconds_left)
                self.check()
            if not self._unread:
                if self._error is not None:
                    raise self._error
                return None
            item = self._unread.popleft()
            if self.lagging and self._limits and len(self._unread) <= self._limits.ahead // 2:
                self.lagging = False
                self._wake()
            return item

    def _end(self) -> None:
        self.ended = True
        self._unread.clear()
        self._changed.notify_all()

    def _late(self) -> SightlineError:
        assert self._limits is not None
        what, seconds = ("first word", self._limits.first_seconds)
        if self.said:
            what, seconds = "end", self._limits.all_seconds
        return SightlineError(
            f"the answer did not come to its {what} within {seconds:g} seconds, ask again when fewer people are asking."
        )
