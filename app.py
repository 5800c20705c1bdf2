"""The web page: films in; the draft with its evidence, answers and similar cases out. Served to this machine only."""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.study import NOTICE, ModelInfo, Study
from retrieval.cases import CaseRetriever
from web.desk import Desk, Screen, alert
from web.look import style_sheet
from web.parts import html
from web.session import Session, Sessions
from web.signing import SigningPanel

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.draft.assistant import Assistant

HOST = "127.0.0.1"
MAX_FILE_SIZE = "256mb"
QUESTIONS = ("What are the findings?", "Is there a pleural effusion?", "What has changed since the prior?")


def build(
    assistant: Assistant,
    examples: Sequence[Path | Study] = (),
    cases_folder: Path | None = None,
    auditor: Auditor | None = None,
) -> gr.Blocks:
    """The page. `examples` are offered as buttons; without `cases_folder` the assistant's own cases are shown; with an
    `auditor` drafts, edits and sign-offs go into its log.

    Raises SightlineError when an example cannot be read or the case base belongs to another model.
    """
    desk = Desk(assistant, _retriever(assistant, cases_folder), auditor)
    return _Page(desk, _studies(examples), assistant.engine.info).blocks


def serve(
    assistant: Assistant,
    examples: Sequence[Path | Study] = (),
    cases_folder: Path | None = None,
    port: int | None = None,
    open_browser: bool = False,
    auditor: Auditor | None = None,
) -> None:
    """Serve the page on this machine until interrupted and print its address; no `port`: the first free from 7860.

    Whatever the browser uploads lies in a folder of this process that is deleted with it.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        page = build(assistant, examples, cases_folder, auditor)
        try:
            launch(page, port, open_browser)
        except OSError as error:
            raise SightlineError(
                f"`{port or 7860}`: no page can be served on this port ({error}), name another."
            ) from error
        sys.stdout.write(f"Sightline is at {page.local_url} (Ctrl-C ends it)\n")
        sys.stdout.flush()
        try:
            page.block_thread()
        finally:
            page.close()


def launch(page: gr.Blocks, port: int | None = None, open_browser: bool = False) -> None:
    """Start serving and return: loopback only, nothing shared, monitored or kept in the browser."""
    page.launch(
        server_name=HOST,
        server_port=port,
        inbrowser=open_browser,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        max_file_size=MAX_FILE_SIZE,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        mcp_server=False,
        ssr_mode=False,
        theme=_theme(),
    )


class _Page:
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
        """Model work waits in one line; taking files does not wait, so they leave the upload cache at once."""
        screen = [self._film, self._draft, self._cases, self._error, self._anyway, self._chat, *self._signing.outputs]
        waits: dict[str, Any] = {
            "concurrency_id": "model",
            "concurrency_limit": 1,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        now: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        self.blocks.load(self._start, None, self._session, **now)
        self.blocks.unload(self._end)
        self._upload.upload(
            self._take, [self._upload, self._session], [self._staged, self._upload, self._error], **now
        ).success(self._open_files, [self._staged, self._session], screen, **waits)
        for button, study in zip(self._examples, examples, strict=True):
            button.click(self._opener(study), self._session, screen, **waits)
        self._anyway.click(self._draft_anyway, self._session, screen, **waits)
        talk = ([self._question, self._chat, self._session], [self._question, self._chat])
        self._signing.connect(self._session, now)
        self._chat.clear(self._clear, self._session, **now)
        self._question.submit(self._ask, *talk, **waits)
        for suggestion in self._suggestions:
            suggestion.click(self._ask, [suggestion, *talk[0][1:]], talk[1], **waits)

    def _start(self, request: gr.Request) -> Session:
        return self._sessions.start(str(request.session_hash))

    def _end(self, request: gr.Request) -> None:
        self._sessions.end(str(request.session_hash))

    def _take(self, uploads: list[str], session: Session) -> tuple[Any, ...]:
        """Empties the upload widget: it would otherwise name files that are no longer there."""
        try:
            return tuple(session.take([Path(upload) for upload in uploads])), None, gr.HTML(visible=False)
        except SightlineError as error:
            return (), None, gr.HTML(alert(error), visible=True)

    def _open_files(self, staged: tuple[Path, ...], session: Session) -> Iterator[tuple[Any, ...]]:
        if staged:
            yield from map(self._show, self._desk.open_files(session, staged))
        else:
            yield (gr.skip(),) * (6 + len(self._signing.outputs))

    def _opener(self, study: Study) -> Any:
        def open_example(session: Session) -> Iterator[tuple[Any, ...]]:
            session.forget()
            yield from map(self._show, self._desk.open_study(session, study))

        return open_example

    def _draft_anyway(self, session: Session) -> Iterator[tuple[Any, ...]]:
        yield from map(self._show, self._desk.draft(session, force=True))

    def _show(self, screen: Screen) -> tuple[Any, ...]:
        """The outputs of a new study: an empty conversation with them."""
        error = gr.HTML(screen.error, visible=bool(screen.error))
        anyway = gr.Button(visible=screen.refused)
        return screen.film, screen.draft, screen.cases, error, anyway, [], *self._signing.shown(screen.editing)

    def _ask(self, question: str, history: list[Any], session: Session) -> Iterator[tuple[Any, Any]]:
        text = question.strip()
        if not text:
            yield gr.skip(), gr.skip()
            return
        asked = [*history, _turn("user", text)]
        yield "", asked
        for answer in self._desk.ask(session, text):
            yield gr.skip(), [*asked, _turn("assistant", answer)]

    def _clear(self, session: Session) -> None:
        session.conversation = None


def _retriever(assistant: Assistant, cases_folder: Path | None) -> CaseRetriever | None:
    if cases_folder is not None:
        return CaseRetriever(cases_folder, assistant.perception)
    return assistant.retriever if isinstance(assistant.retriever, CaseRetriever) else None


def _studies(examples: Sequence[Path | Study]) -> list[Study]:
    found = [[each] if isinstance(each, Study) else read_studies([each]) for each in examples]
    return [study for studies in found for study in studies]


def _forget(session: Session | None) -> None:
    if session is not None:
        session.forget()


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


def _theme() -> gr.themes.Base:
    """System fonts, so that no font is fetched from anywhere."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
