"""The page's widgets and what moves between them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from mllm.engine.limits import given_limits
from radiology.errors import SightlineError
from radiology.study import NOTICE, ModelInfo, Study
from web.desk import Desk, Reply, Screen, alert
from web.look import style_sheet
from web.parts import html
from web.session import Session, Sessions
from web.signing import SigningPanel
from web.talk import Typed

AT_ONCE = 32
"""Drafts and answers under way at once, of all tabs together, at most: each takes one of gradio's 40 threads."""
IN_LINE = 64
"""Drafts and answers that wait for their turn at most; who comes then is told that the page is busy."""
QUESTIONS = ("What are the findings?", "Is there a pleural effusion?", "What has changed since the prior?")


class Page:
    """The widgets and what moves between them. The only study-bearing value is the `Session` in `gr.State`."""

    def __init__(self, desk: Desk, examples: Sequence[Study], model: ModelInfo) -> None:
        self._desk = desk
        self._files = tempfile.TemporaryDirectory(prefix="sightline-", dir=os.environ.get("GRADIO_TEMP_DIR"))
        self._sessions = Sessions(Path(self._files.name))
        with gr.Blocks(title="Sightline", analytics_enabled=False, delete_cache=(600, 3600)) as blocks:
            self.blocks: gr.Blocks = blocks
            self._session = gr.State(None, delete_callback=_forget)
            self._staged = gr.State(())
            html(_head(model), elem_classes="sl-head")
            with gr.Row(elem_classes="sl-columns"):
                with gr.Column(min_width=320):
                    self._lay_out_film(examples)
                with gr.Column(min_width=320):
                    self._lay_out_draft()
                    self._lay_out_chat()
                    self._lay_out_cases()
            self._connect(examples)
        blocks.queue(max_size=IN_LINE)

    def _lay_out_film(self, examples: Sequence[Study]) -> None:
        _title("Film")
        self._upload = gr.File(
            label="Chest film: DICOM, PNG or JPEG, all files of one study", file_count="multiple", height=168
        )
        self._examples = []
        if examples:
            with gr.Row():
                self._examples = [gr.Button(_example_name(n, study), size="sm") for n, study in enumerate(examples, 1)]
        self._error = html("", elem_id="sl-problem", visible=False)
        self._anyway = gr.Button("Draft it all the same", visible=False)
        self._film = html(Screen().film, elem_id="sl-film", elem_classes="sl-stay")

    def _lay_out_draft(self) -> None:
        _title("Draft report")
        self._draft = html(Screen().draft, elem_id="sl-draft")
        self._signing = SigningPanel(self._desk.auditor is not None)

    def _lay_out_chat(self) -> None:
        _title("Ask about this study")
        self._chat = gr.Chatbot(
            label="Conversation",
            buttons=["copy"],
            height=320,
            render_markdown=False,
            watermark=NOTICE,
            show_label=False,
        )
        self._question = gr.Textbox(
            label="Question", placeholder="Is the heart enlarged?", max_lines=3, submit_btn="Ask"
        )
        with gr.Row():
            self._suggestions = [gr.Button(text, size="sm") for text in QUESTIONS]

    def _lay_out_cases(self) -> None:
        _title("Similar cases")
        self._cases = html(Screen().cases, elem_id="sl-cases")

    def _connect(self, examples: Sequence[Study]) -> None:
        """What the model has to do is limited to as much as a local engine writes at once; more of it waits in line.

        Taking files does not wait, so they leave the upload cache at once; nor does what ends the work that is under
        way, before more of the same tab gets in line.
        """
        screen = [self._film, self._draft, self._cases, self._error, self._anyway, self._chat, *self._signing.outputs]
        waits: dict[str, Any] = {
            "concurrency_id": "model",
            "concurrency_limit": min(given_limits().rows, AT_ONCE),
            "trigger_mode": "multiple",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        now: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        ends: dict[str, Any] = {**now, "trigger_mode": "multiple"}
        self.blocks.load(self._start, None, self._session, **now)
        self.blocks.unload(self._end)
        self._upload.upload(
            self._take, [self._upload, self._session], [self._staged, self._upload, self._error], **now
        ).success(self._open_files, [self._staged, self._session], screen, **waits)
        for button, study in zip(self._examples, examples, strict=True):
            button.click(_stop, self._session, **ends).then(self._opener(study), self._session, screen, **waits)
        self._anyway.click(self._draft_anyway, self._session, screen, **waits)
        self._signing.connect(self._session, now)
        self._chat.clear(_clear, self._session, **now)
        others = [self._chat, self._session, *self._signing.inputs]
        answered = [self._question, self._chat, self._film, self._draft, *self._signing.outputs]
        for asks, text in (
            (self._question.submit, self._question),
            *((each.click, each) for each in self._suggestions),
        ):
            asks(_stop_answer, [text, self._session], **ends).then(self._ask, [text, *others], answered, **waits)

    def _start(self, request: gr.Request) -> Session:
        return self._sessions.start(str(request.session_hash))

    def _end(self, request: gr.Request) -> None:
        self._sessions.end(str(request.session_hash))

    def _take(self, uploads: list[str], session: Session) -> tuple[Any, ...]:
        """Empties the upload widget: it would otherwise name files that are no longer there."""
        try:
            staged = tuple(session.take([Path(upload) for upload in uploads]))
            session.stop()
            return staged, None, gr.HTML(visible=False)
        except SightlineError as error:
            return (), None, gr.HTML(alert(error), visible=True)

    def _open_files(self, staged: tuple[Path, ...], session: Session) -> Iterator[tuple[Any, ...]]:
        if staged:
            yield from self._shown(self._desk.open_files(session, staged))
        else:
            yield (gr.skip(),) * (6 + len(self._signing.outputs))

    def _opener(self, study: Study) -> Any:
        def open_example(session: Session) -> Iterator[tuple[Any, ...]]:
            yield from self._shown(self._desk.open_study(session, study))

        return open_example

    def _draft_anyway(self, session: Session) -> Iterator[tuple[Any, ...]]:
        yield from self._shown(self._desk.draft(session, force=True))

    def _shown(self, screens: Iterator[Screen]) -> Iterator[tuple[Any, ...]]:
        """The outputs of a new study: an empty conversation with the first of them."""
        chat: Any = []
        for screen in screens:
            error = gr.HTML(screen.error, visible=bool(screen.error))
            anyway = gr.Button(visible=screen.refused)
            yield screen.film, screen.draft, screen.cases, error, anyway, chat, *self._signing.shown(screen.editing)
            chat = gr.skip()

    def _ask(
        self, question: str, history: list[Any], session: Session, *typed: str | None
    ) -> Iterator[tuple[Any, ...]]:
        """`typed` is None where the panel was never opened."""
        text = question.strip()
        if not text:
            yield gr.skip(), gr.skip(), *self._unchanged
            return
        asked = [*history, _turn("user", text)]
        yield "", asked, *self._unchanged
        with closing(self._desk.ask(session, text, Typed(*(each or "" for each in typed)))) as replies:
            for reply in replies:
                yield gr.skip(), [*asked, _turn("assistant", reply.text)], *self._edited(reply)

    def _edited(self, reply: Reply) -> tuple[Any, ...]:
        """Film, draft and panel after an edit command."""
        if reply.screen is None:
            return self._unchanged
        return reply.screen.film, reply.screen.draft, *self._signing.shown(reply.screen.editing)

    @property
    def _unchanged(self) -> tuple[Any, ...]:
        return (gr.skip(),) * (2 + len(self._signing.outputs))


def _forget(session: Session | None) -> None:
    if session is not None:
        session.forget()


def _stop(session: Session) -> None:
    session.stop()


def _stop_answer(question: str, session: Session) -> None:
    """Before another question; an empty one ends nothing."""
    if question.strip() and session.reading is not None:
        session.reading.stop_answer()


def _clear(session: Session) -> None:
    if session.reading is not None:
        session.reading.clear()


def _turn(role: str, text: str) -> dict[str, str]:
    """A turn of the conversation; escaped, because the widget takes markup for markup."""
    return {"role": role, "content": escape(text, quote=False)}


def _title(text: str) -> None:
    html(f"<h2>{escape(text)}</h2>", elem_classes="sl-title")


def _head(model: ModelInfo) -> str:
    return (
        f"<style>{style_sheet()}</style>"
        f'<header class="sl-bar"><h1>Sightline</h1><p class="sl-notice">{escape(NOTICE)}</p>'
        f'<p class="sl-model">Model {escape(model.id)} <code>{escape(model.hash[:12])}</code></p></header>'
    )


def _example_name(number: int, study: Study) -> str:
    views = (
        "frontal and lateral"
        if study.view(True) and study.view(False)
        else "frontal"
        if study.view(True)
        else "lateral"
    )
    return f"Example {number}: {views}{', with a prior' if study.priors else ''}"
