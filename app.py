"""The web page: films in; the draft with its evidence, answers and similar cases out. Served to this machine only."""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from radiology.errors import SightlineError
from radiology.imaging.intake import read_studies
from radiology.study import Study
from retrieval.cases.retriever import CaseRetriever
from retrieval.context.opening import open_cases
from web.desk import Desk
from web.page import Page

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.draft.assistant import Assistant

HOST = "127.0.0.1"
MAX_FILE_SIZE = "256mb"


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
    return Page(desk, _studies(examples), assistant.engine.info).blocks


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


def _retriever(assistant: Assistant, cases_folder: Path | None) -> CaseRetriever | None:
    if cases_folder is not None:
        return open_cases(cases_folder, assistant.perception)
    return assistant.retriever if isinstance(assistant.retriever, CaseRetriever) else None


def _studies(examples: Sequence[Path | Study]) -> list[Study]:
    found = [[each] if isinstance(each, Study) else read_studies([each]) for each in examples]
    return [study for studies in found for study in studies]


def _theme() -> gr.themes.Base:
    """System fonts, so that no font is fetched from anywhere."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
