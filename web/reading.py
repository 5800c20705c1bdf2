"""One study that a tab has open, and all that is made of it. Nothing here is shared between tabs.

A new film brings a new `Reading`, so what is still being done for the one before cannot get into it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from radiology.study import Draft, Study
from web.editing import Editing
from web.film import Film
from web.work import Work

if TYPE_CHECKING:
    from mllm.draft.conversation import Conversation


@dataclass(eq=False)
class Reading:
    """`forced`: drafted although it is no chest film; `draft` as it stands after all commands, and `editing`, are there
    once it is drafted. `talking` is held while the conversation, which takes one question at a time, answers."""

    study: Study
    films: tuple[Film, ...] = ()
    forced: bool = False
    draft: Draft | None = None
    editing: Editing | None = None
    conversation: Conversation | None = None
    talking: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self._under_way: dict[str, Work[Any]] = {}
        self._changing, self._closed = Lock(), False

    def begin(self, what: Literal["draft", "answer"], work: Work[Any]) -> None:
        """`work` takes the place of what is under way of its kind, which ends; after `close` it ends itself."""
        with self._changing:
            before = self._under_way.get(what)
            self._under_way[what] = work
        if before is not None:
            before.stop()
        if self._closed:
            work.stop()

    def stop(self) -> None:
        """End the draft and the answer that are under way."""
        with self._changing:
            under_way = list(self._under_way.values())
        for work in under_way:
            work.stop()

    def close(self) -> None:
        """The study is no longer open: nothing more is done for it."""
        self._closed = True
        self.stop()

    def cancel(self) -> None:
        """Have the model write no more of an answer."""
        if self.conversation is not None:
            self.conversation.cancel()

    def stop_answer(self) -> None:
        """End the answer that is under way."""
        if "answer" in self._under_way:
            self._under_way["answer"].stop()

    def clear(self) -> None:
        """Forget what was said; the draft stays."""
        self.stop_answer()
        self.conversation = None
