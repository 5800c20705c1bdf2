"""The part of the page where a draft becomes somebody's report: edit it, see what changed, sign it off."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import gradio as gr

from mllm.audit.events import LONGEST_NAME, LONGEST_TEXT
from radiology.errors import SightlineError
from web.desk import alert
from web.editing import NOT_LOGGED, Editing, render_changes
from web.parts import html
from web.session import Session

REPLACED = "This draft is no longer open here: look at the one on the page."


class SigningPanel:
    """Its widgets, in the column where it is made. A hidden token travels with the text, so that what is typed for one
    draft is never taken for the next. `logged` tells whether there is an audit log."""

    def __init__(self, logged: bool) -> None:
        with gr.Accordion("Edit and sign off" if logged else "Edit", open=False, visible=False) as self._panel:
            self._token = gr.Textbox(visible=False)
            self._text = gr.Textbox(label="Report, a sentence a line", lines=6, max_lines=24, max_length=LONGEST_TEXT)
            self._changes = html("", elem_id="sl-changes")
            self._name = gr.Textbox(label="Your name", max_lines=1, max_length=LONGEST_NAME, visible=logged)
            with gr.Row(visible=logged):
                self._save = gr.Button("Save edits", size="sm")
                self._sign = gr.Button("Sign off", size="sm", variant="primary")
            self._told = html("", elem_id="sl-told")

    @property
    def inputs(self) -> list[Any]:
        """What a person has typed: the token, the report, the name."""
        return [self._token, self._text, self._name]

    @property
    def outputs(self) -> list[Any]:
        """What `shown` gives values for."""
        return [self._panel, self._token, self._text, self._changes, self._told, self._name, self._save, self._sign]

    def shown(self, editing: Editing | None) -> tuple[Any, ...]:
        """A draft to edit, open where a command has changed it, or nothing yet."""
        if editing is None:
            return gr.Accordion(visible=False), "", "", "", "", *self._enabled(True)
        changed = editing.saved != editing.drafted
        panel = gr.Accordion(visible=True, open=True) if changed else gr.Accordion(visible=True)
        text = gr.Textbox(editing.saved, interactive=True)
        told = _status(editing.told) if editing.auditor else f'<p class="sl-same">{NOT_LOGGED}</p>'
        return panel, editing.token, text, render_changes(editing.drafted, editing.saved), told, *self._enabled(True)

    def connect(self, session: gr.State, options: dict[str, Any]) -> None:
        """`options` are those of events that do not wait for the model."""
        typed = [self._token, self._text, session]
        self._text.change(self._compare, typed, self._changes, trigger_mode="always_last", **options)
        signed = [*typed, self._name]
        told = [self._told, self._text, self._name, self._save, self._sign]
        self._save.click(self._answer(Editing.save), signed, told, trigger_mode="once", **options)
        self._sign.click(self._answer(Editing.sign), signed, told, trigger_mode="once", **options)

    def _compare(self, token: str, text: str, session: Session) -> Any:
        editing = session.editing
        return render_changes(editing.drafted, text) if editing and editing.token == token else gr.skip()

    def _answer(self, act: Callable[[Editing, str, str], str]) -> Callable[..., tuple[Any, ...]]:
        def answer(token: str, text: str, session: Session, name: str | None) -> tuple[Any, ...]:
            try:
                editing = _current(session, token)
                told = act(editing, text, name or "")
            except SightlineError as error:
                return alert(error), *(gr.skip(),) * 4
            free = not editing.signed
            return _status(told), gr.Textbox(interactive=free), *self._enabled(free)

        return answer

    def _enabled(self, free: bool) -> tuple[Any, ...]:
        """Name and buttons, which a signed report no longer takes."""
        return gr.Textbox(interactive=free), gr.Button(interactive=free), gr.Button(interactive=free)


def _current(session: Session, token: str) -> Editing:
    editing = session.editing
    if editing is None or editing.token != token:
        raise SightlineError(REPLACED)
    return editing


def _status(told: str) -> str:
    return f'<p class="sl-told" role="status">{escape(told)}</p>' if told else ""
