"""An assistant without weights whose conversations are real: its drafts can be edited, its answers take long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Condition, Event

from mllm.draft.conversation import Conversation
from mllm.draft.review import review
from mllm.draft.sight import current_images, look
from mllm.engine.protocol import Piece, Request
from radiology.study import Draft, DraftSentence, ModelInfo, Study
from tests.fake_assistant import MODEL, FakePerception, brightness

LONG = "Describe all abnormalities at great length."
"""A question whose answer does not end by itself."""


class FakeWriter:
    """Engine: says how bright the film is. `running` is the number of answers that hold a slot."""

    info: ModelInfo = MODEL
    image_size = 24
    box_tokens = False

    def __init__(self) -> None:
        self.running = 0
        self.changed = Condition()

    def session(self) -> FakeSession:
        return FakeSession(self)

    def add(self, count: int) -> None:
        with self.changed:
            self.running += count
            self.changed.notify_all()

    def wait_for(self, running: int) -> bool:
        """Whether so many hold a slot within a minute."""
        with self.changed:
            return self.changed.wait_for(lambda: self.running == running, 60)


class FakeSession:
    def __init__(self, engine: FakeWriter) -> None:
        self._engine = engine
        self._cancelled = Event()

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        self._cancelled.clear()
        self._engine.add(1)
        try:
            yield Piece("Brightness", 0.9)
            assert request.study is not None
            yield Piece(f" {brightness(request.study)}", 0.9)
            if "at great length" in request.messages[-1].text:
                self._cancelled.wait()
                return
            yield Piece(".", 0.9)
        finally:
            self._engine.add(-1)

    def cancel(self) -> None:
        self._cancelled.set()


@dataclass
class WritingAssistant:
    """`held`: what each draft waits for between its sentences, to be stopped there."""

    engine: FakeWriter = field(default_factory=FakeWriter)
    perception: FakePerception = field(default_factory=FakePerception)
    retriever: object = None
    held: Callable[[], object] = lambda: None

    def draft(
        self,
        study: Study,
        *,
        grounded: bool = True,
        k: int = 5,
        force: bool = False,
        on_sentence: Callable[[DraftSentence], None] | None = None,
        session: object = None,
    ) -> Draft:
        size = brightness(study)
        text = f"Findings: A left pleural effusion. A {size} mm right nodule. Impression: Left pleural effusion."
        draft = review(study, text, self.perception, force=True)
        self.engine.add(1)
        try:
            for sentence in draft.sentences:
                if on_sentence is not None:
                    on_sentence(sentence)
                self.held()
        finally:
            self.engine.add(-1)
        return draft

    def converse(self, study: Study, force: bool = False) -> Conversation:
        shown = current_images(study, self.engine.image_size)
        return Conversation(self.engine, study, shown, look(study, self.perception, shown, True))  # type: ignore[arg-type]
