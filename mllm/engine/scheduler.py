"""Runs a model for everybody: token by token, all answers under way in one forward pass.

Continuous batching at the level of iterations (Yu et al., Orca, OSDI 2022): between two steps answers join, end, are
cancelled or pause, and new prompts are read, for a twentieth of a second or one of them, so that nobody who is being
answered waits for more than that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition
from time import monotonic
from typing import TypeVar

import torch

from mllm.engine.kept import Read
from mllm.engine.limits import Limits
from mllm.engine.picking import Answers, allowed, complete, pick
from mllm.engine.reading import Prompt, Reader
from mllm.engine.rows import Row, Rows
from mllm.engine.store import Store
from mllm.engine.ticket import Ticket
from mllm.model.compute import compute, later

T = TypeVar("T")
READING = 0.05
"""Seconds of a turn in which further prompts are begun; one is in any case."""
BETWEEN_TELLINGS = 0.04
"""Seconds for which tokens after an answer's first may lie ready before its reader is woken: 25 times a second."""


class Scheduler:
    """Runs what is submitted, turn by turn, on the thread of all models; other work goes between two turns.

    A model whose memory is more than keys and values by token (`Reader.plain`) answers one prompt after the other.
    """

    def __init__(self, reader: Reader, store: Store, stops: frozenset[int], rows: int) -> None:
        self._changed = Condition()
        self._reader, self._store, self._stops = reader, store, stops
        self._most = rows if reader.plain else 1
        self._rows = Rows(reader)
        self._waiting: deque[Ticket] = deque()
        self._going = False
        self._told = 0.0

    def submit(self, prompt: Prompt, steps: int, answers: Answers = (), limits: Limits | None = None) -> Ticket:
        """Have `prompt` answered in at most `steps` tokens; see `Ticket`."""
        ticket = Ticket(prompt, steps, self._changed, self._wake, answers, limits)
        with self._changed:
            self._waiting.append(ticket)
            self._wake()
        return ticket

    def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, done between two turns."""
        return compute(torch.inference_mode()(work))

    @property
    def running(self) -> int:
        """Answers that hold a slot now."""
        return len(self._rows.rows)

    @property
    def waiting(self) -> int:
        """Answers that hold none: not begun, or paused until their reader follows."""
        with self._changed:
            for ticket in self._waiting:
                ticket.check()
            return sum(not ticket.ended for ticket in self._waiting)

    def _wake(self) -> None:
        """There is something to do; holding `changed`."""
        if not self._going:
            self._going = True
            later(self._work)

    @torch.inference_mode()
    def _work(self) -> None:
        """One turn, and the next one behind what else is asked of the thread."""
        try:
            going = self._turn()
        except Exception as error:
            self._fail(error)
            going = True
        if going:
            later(self._work)

    def _fail(self, error: Exception) -> None:
        """A step went wrong: nobody knows for whom, so it ends for all who took part."""
        with self._changed:
            for row in self._rows.rows:
                row.ticket.finish(error)
            self._rows.rows.clear()
            self._changed.notify_all()

    def _turn(self) -> bool:
        """New prompts, then one token for everybody; False when nothing can be done until somebody wakes."""
        end = monotonic() + READING
        with self._changed:
            self._sweep()
            ticket = self._next()
            if not (ticket or self._rows.rows):
                self._going = False
                return False
        while ticket:
            self._begin(ticket)
            with self._changed:
                ticket = self._next() if monotonic() < end else None
        if self._rows.rows:
            self._step()
        return True

    def _sweep(self) -> None:
        """Let go of what was cancelled or is out of time."""
        for ticket in (*self._waiting, *(row.ticket for row in self._rows.rows)):
            ticket.check()
        self._waiting = deque(ticket for ticket in self._waiting if not ticket.ended)
        for row in [row for row in self._rows.rows if row.ticket.ended]:
            self._keep(row.ticket, self._rows.leave(row))

    def _next(self) -> Ticket | None:
        """The first that waits for a slot, not for its reader, if a slot is free."""
        if len(self._rows.rows) >= self._most:
            return None
        ticket = next((each for each in self._waiting if not each.lagging), None)
        if ticket is not None:
            self._waiting.remove(ticket)
        return ticket

    def _begin(self, ticket: Ticket) -> None:
        """Read the prompt; what goes wrong with it is nobody else's."""
        try:
            read = self._reader.read(ticket.prompt, ticket.said)
            assert read.logits is not None
            ((token, probability),) = self._pick(read.logits[None], [ticket])
            with self._changed:
                if self._goes_on(ticket, token, probability):
                    self._rows.join(ticket, read, token)
                else:
                    self._keep(ticket, read)
                self._changed.notify_all()
        except Exception as error:
            with self._changed:
                ticket.finish(error)
                self._changed.notify_all()

    def _step(self) -> None:
        rows: list[Row] = list(self._rows.rows)
        picked = self._pick(self._rows.step(), [row.ticket for row in rows])
        with self._changed:
            for row, (token, probability) in zip(rows, picked, strict=True):
                row.token = token
                if not self._goes_on(row.ticket, token, probability):
                    self._keep(row.ticket, self._rows.leave(row))
            self._tell(any(row.ticket.ended or row.ticket.lagging for row in rows))

    def _pick(self, logits: torch.Tensor, tickets: Sequence[Ticket]) -> list[tuple[int, float]]:
        return pick(logits, [allowed(each.answers, each.said, self._stops) for each in tickets])

    def _goes_on(self, ticket: Ticket, token: int, probability: float) -> bool:
        """Hand the token over; whether the next one is to be written now."""
        if ticket.ended:
            return False
        if token in self._stops:
            ticket.finish()
            return False
        ticket.put(token, probability)
        if len(ticket.said) == ticket.steps or complete(ticket.answers, ticket.said):
            ticket.finish()
            return False
        if ticket.lagging:
            self._waiting.append(ticket)
            return False
        return True

    def _tell(self, urgent: bool) -> None:
        """Wake the readers, not for every token: each waking takes time from the model."""
        now = monotonic()
        if urgent or now - self._told >= BETWEEN_TELLINGS:
            self._told = now
            self._changed.notify_all()

    def _keep(self, ticket: Ticket, read: Read) -> None:
        """For the next turn of the conversation, or for when a paused answer goes on."""
        owner = ticket.prompt.owner
        if owner is not None and not owner.gone and self._reader.plain:
            self._store.put(owner, read.keep(ticket.prompt.pictures))
