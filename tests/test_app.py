from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

import app
from mllm.audit.auditor import Auditor
from mllm.audit.log import Log
from radiology.errors import SightlineError
from radiology.imaging.deid.secret import Secret
from radiology.study import NOTICE
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from retrieval.cases.retriever import CaseRetriever
from tests.fake_assistant import FakeAssistant, FakePerception, film_case, film_study, write_film
from web.page import AT_ONCE, IN_LINE

ROOT = Path(__file__).resolve().parents[1]


def _assistant(retriever: object = None) -> Any:
    return cast("Any", FakeAssistant(retriever=retriever))


def _parts(page: Any) -> dict[str, Any]:
    """Widgets of a page by what a user calls them."""
    widgets = page.get_config_file()["components"]
    return {str(w["props"].get("label") or w["props"].get("value")): w for w in widgets}


def test_the_page_says_what_it_is() -> None:
    config = str(app.build(_assistant()).get_config_file())
    assert NOTICE in config
    assert "fake-1" in config
    assert "0123456789ab" in config


def test_nothing_can_be_shared_and_nothing_is_reported() -> None:
    page = app.build(_assistant())
    assert page.analytics_enabled is False
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert _parts(page)["Conversation"]["props"]["buttons"] == ["copy"]


def test_every_event_is_private() -> None:
    events = app.build(_assistant()).get_config_file()["dependencies"]
    assert len(events) >= 8
    assert {event["api_visibility"] for event in events} == {"private"}


@pytest.mark.parametrize(("rows", "limit"), [("3", 3), ("16", 16), ("500", AT_ONCE)])
def test_drafts_and_answers_share_one_limit_and_a_bounded_line(
    monkeypatch: pytest.MonkeyPatch, rows: str, limit: int
) -> None:
    monkeypatch.setenv("SIGHTLINE_ROWS", rows)
    page = app.build(_assistant())
    limits = [event.concurrency_limit for event in page.fns.values() if event.concurrency_id == "model"]
    assert len(limits) >= 5
    assert set(limits) == {limit}
    assert page._queue.max_size == IN_LINE


def test_sign_offs_need_an_audit_log(tmp_path: Path) -> None:
    auditor = Auditor(Log(tmp_path / "log.sqlite", Secret(b"k" * 32)), "page", "root")
    for page, title, shown in ((app.build(_assistant()), "Edit", False),
                               (app.build(_assistant(), auditor=auditor), "Edit and sign off", True)):  # fmt: skip
        parts = _parts(page)
        assert title in parts
        assert parts["Your name"]["props"]["visible"] is shown


def test_examples_are_buttons_with_a_name(tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.png", 200)
    followed = film_study(film, "b", priors=(film_case(film, "old"),))
    parts = _parts(app.build(_assistant(), [film, followed]))
    assert "Example 1: frontal" in parts
    assert "Example 2: frontal, with a prior" in parts


def test_an_example_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"gone\.png"):
        app.build(_assistant(), [tmp_path / "gone.png"])


def test_a_case_base_of_another_model_is_refused(tmp_path: Path) -> None:
    perception = FakePerception()
    perception.embedder_id = "another"
    build_cases([film_case(write_film(tmp_path / "a.png", 200), "a")], Tower(perception), tmp_path / "base")
    with pytest.raises(SightlineError, match="embedded by another"):
        app.build(_assistant(), (), tmp_path / "base")


def test_the_assistants_own_cases_are_shown_without_a_folder(tmp_path: Path) -> None:
    build_cases([film_case(write_film(tmp_path / "a.png", 200), "a")], Tower(FakePerception()), tmp_path / "base")
    retriever = CaseRetriever(tmp_path / "base", FakePerception())
    assert app.build(_assistant(retriever)) is not None


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind((app.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SightlineError, match=f"`{port}`: no page can be served"):
            app.serve(_assistant(), port=port)


def test_serve_prints_a_loopback_address_and_leaves_no_files(tmp_path: Path) -> None:
    script = (
        "import app, gradio\n"
        "from tests.fake_assistant import FakeAssistant\n"
        "gradio.Blocks.block_thread = lambda self: None\n"
        "app.serve(FakeAssistant())\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SHARE": "True"}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Sightline is at http://127.0.0.1:")
    assert list(tmp_path.glob("sightline-*")) == []
