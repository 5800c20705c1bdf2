"""A draft while a person edits it and signs it off: what was changed as HTML, and what the audit log is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from threading import Lock
from typing import TYPE_CHECKING

from mllm.audit.changes import changes
from mllm.audit.events import LONGEST_TEXT
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor

UNCHANGED = "The text is as it was drafted."
NOT_LOGGED = "Edits and sign-offs are not kept: the page was started without an audit log."


@dataclass(eq=False)
class Editing:
    """The report of one tab. `token` tells it from the one before it, `drafted` is its text as the model wrote it,
    `entry` its number in the log, None without one; `saved` is the text that the log, or a command, has last; `told` is
    what to tell of that."""

    drafted: str
    auditor: Auditor | None = None
    entry: int | None = None
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    signed: bool = False

    def __post_init__(self) -> None:
        self.saved = self.drafted
        self.told = ""
        self._lock = Lock()

    def save(self, text: str, name: str) -> str:
        """Log what was changed since it was saved last; returns what to tell. Raises SightlineError."""
        with self._lock:
            return self._save(clean(text), name)

    def sign(self, text: str, name: str) -> str:
        """Log what was changed and that `name` stands for it. Raises SightlineError."""
        with self._lock:
            auditor, entry, text = *self._open(), clean(text)
            if not text:
                raise SightlineError("The report is empty: write what you sign off.")
            if changes(self.saved, text):
                self._save(text, name)
            number = auditor.signed_off(entry, text, named(name))
            self.signed = True
        return f"Signed off by {named(name)}: entry {number} of the audit log."

    def take(self, text: str, name: str) -> None:
        """What a command of `name` made of the report: logged as `save` does, only kept where there is no log.

        Raises SightlineError, and then nothing has changed.
        """
        with self._lock:
            if self.auditor is None:
                self.saved = text
            else:
                self.told = self._save(text, name)

    def _save(self, text: str, name: str) -> str:
        auditor, entry = self._open()
        if not changes(self.saved, text):
            return "Nothing has changed since it was saved last."
        number = auditor.edited(entry, self.saved, text, named(name))
        self.saved = text
        return f"Edits of {named(name)} saved: entry {number} of the audit log."

    def _open(self) -> tuple[Auditor, int]:
        if self.auditor is None or self.entry is None:
            raise SightlineError(NOT_LOGGED)
        if self.signed:
            raise SightlineError("The report is signed off: open the film again to draft another.")
        return self.auditor, self.entry


def clean(text: str) -> str:
    """What came from a browser, as text that every file can hold. Raises SightlineError for too much of it."""
    if len(text) > LONGEST_TEXT:
        raise SightlineError(f"The report has {len(text)} characters: shorten it to {LONGEST_TEXT}.")
    return text.encode(errors="replace").decode().strip()


def named(name: str) -> str:
    """The name that a person typed. Raises SightlineError for none."""
    given = " ".join(clean(name).split())
    if not given:
        raise SightlineError("Your name is missing: type it below the report, then try again.")
    return given


def render_changes(before: str, after: str) -> str:
    """What was taken out and put in, line by line, told in words too and not by colour alone."""
    found = changes(before, after)
    if not found:
        return f'<p class="sl-same">{UNCHANGED}</p>'
    items = "".join(f"<li>{''.join(_sides(each.before, each.after))}</li>" for each in found)
    return f'<ul class="sl-diff" aria-label="Changes to the draft">{items}</ul>'


def _sides(before: str, after: str) -> Iterator[str]:
    for tag, word, text in (("del", "Drafted", before), ("ins", "Now", after)):
        if text:
            yield f"<{tag}><b>{word}</b> {escape(text)}</{tag}>"
