"""A question or an edit command of one tab, answered by the tab's own conversation."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mllm.audit.changes import changes, draft_text
from mllm.draft.editing.grammar import parse
from web.editing import Editing, clean
from web.reading import Reading
from web.retyped import retyped
from web.work import Work

if TYPE_CHECKING:
    from mllm.draft.assistant import Assistant
    from mllm.draft.conversation import Answer, Conversation


@dataclass(frozen=True)
class Typed:
    """What stands in the edit panel: the token of the draft it belongs to, the report, a person's name."""

    token: str = ""
    text: str = ""
    name: str = ""


NOTHING = Typed()


def talk(work: Work[str | Answer], reading: Reading, assistant: Assistant, question: str, typed: Typed) -> None:
    """Hand over the answer piece by piece, then as a whole. An edit command changes the report that stands in the
    panel, and is logged under the name that is typed there.

    Raises SightlineError for a film that is none of a chest, and for a report that no command can read.
    """
    with reading.talking:
        work.check()
        conversation = _resumed(reading, assistant)
        if reading.editing is not None and parse(question) is not None:
            _prepare(conversation, reading.editing, typed)
        with closing(conversation.ask(question)) as pieces:
            for piece in pieces:
                work.put(piece.text)
        if conversation.last is not None:
            work.put(conversation.last)


def _resumed(reading: Reading, assistant: Assistant) -> Conversation:
    """The tab's conversation about its study, begun if need be, with nothing answered yet."""
    conversation = reading.conversation or assistant.converse(reading.study, force=reading.forced)
    reading.conversation, conversation.last = conversation, None
    if conversation.draft is None and reading.draft is not None:
        conversation.draft = reading.draft
    return conversation


def _prepare(conversation: Conversation, editing: Editing, typed: Typed) -> None:
    """What was typed over becomes the draft that the command changes; what it makes goes where edits go."""
    conversation.record = lambda edit: editing.take(draft_text(edit.after), typed.name)
    draft = conversation.draft
    if draft is not None and typed.token == editing.token and changes(draft_text(draft), typed.text):
        conversation.draft = retyped(draft, clean(typed.text), conversation)
