"""Retries, limits of time, cancellation, and servers that talk nonsense."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mllm.engine.protocol import Message, Request
from mllm.engine.remote_client import RETRIES
from mllm.engine.remote_stream import Limits
from radiology.errors import SightlineError
from radiology.study import Study
from tests.mllm.engine.fake_remote import FakeServer, Fault, breaks, delta, endless, refuses, serving, streams

FILM = np.zeros((9, 9), np.uint8)
QUESTION = Request((Message("user", "<image> Is there a nodule?"),), (FILM,), study=Study(study_id="s", patient_id="p"))
AT_ONCE = {"Retry_After_Ms": "1"}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as fake:
        yield fake


def answer(server: FakeServer) -> str:
    return "".join(piece.text for piece in server.open().stream(QUESTION, 9))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_pass_is_asked_again(server: FakeServer, status: int) -> None:
    server.faults = [refuses(status, **AT_ONCE)] * RETRIES
    assert answer(server) == "No nodule."
    assert len(server.asked) == RETRIES + 1


@pytest.mark.parametrize("fault", [breaks, streams(whole=False), streams(delta(""), whole=False)])
def test_a_connection_that_breaks_before_the_first_word_is_tried_again(server: FakeServer, fault: Fault) -> None:
    server.faults = [fault]
    assert answer(server) == "No nodule."
    assert len(server.asked) == 2


def test_nothing_is_asked_again_once_a_word_was_shown(server: FakeServer) -> None:
    server.faults = [streams(delta("No"), whole=False)]
    stream = server.open().stream(QUESTION, 9)
    assert next(stream).text == "No"
    with pytest.raises(SightlineError, match="cannot be reached or broke off"):
        next(stream)
    assert len(server.asked) == 1


def test_an_answer_that_stops_without_an_end_broke_off(server: FakeServer) -> None:
    server.faults = [streams(delta("No"), b"data: [DONE]\n\n")]
    with pytest.raises(SightlineError, match="broke off"):
        answer(server)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (307, "sends us elsewhere .307., name the address"),
        (400, "answered 400 .out of memory., check that its model takes images"),
        (401, "refused the key, set OPENAI_API_KEY"),
        (403, "refused the key, set OPENAI_API_KEY"),
        (404, "no model `reader` or no OpenAI-compatible API"),
        (413, "too large for the server"),
        (422, "answered 422 .out of memory."),
    ],
)
def test_a_refusal_is_one_sentence_at_once(server: FakeServer, status: int, words: str) -> None:
    server.faults = [refuses(status, Location="http://192.0.2.7/v1/chat/completions")]
    with pytest.raises(SightlineError, match=words):
        answer(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "words"), [(429, "busy or the quota .* try again later"), (503, "failed with 503 .out of memory., see")]
)
def test_what_does_not_pass_is_one_sentence(server: FakeServer, status: int, words: str) -> None:
    server.faults = [refuses(status, **AT_ONCE)] * (RETRIES + 1)
    with pytest.raises(SightlineError, match=words):
        server.open().complete([QUESTION], 3)
    assert len(server.asked) == RETRIES + 1


def test_the_key_is_in_the_header_and_in_no_message(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter2\n")
    server.faults = [refuses(400, "what is sk-hunter2 for?")]
    with pytest.raises(SightlineError, match=r"what is \[key\] for"):
        answer(server)
    assert b"authorization: bearer sk-hunter2\r\n" in server.heard.lower()


@pytest.mark.parametrize("key", ["sk hunter2", "sk-hünter2", "sk-hunter2\r\nX-Other: 1"])
def test_a_key_that_is_none_is_refused_and_not_shown(
    server: FakeServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(SightlineError, match="`OPENAI_API_KEY`: holds characters") as error:
        server.open()
    assert key not in str(error.value)


@pytest.mark.parametrize(
    "body",
    [
        [b"<html>Welcome</html>"],
        [b"data: {half a js\n\n"],
        [b"data: 5\n\n"],
        [b'data: "words"\n\n'],
        [{"choices": "none"}],
        [{"choices": [5]}],
        [{"choices": [{"index": 0}]}],
        [{"choices": [{"delta": {"content": {"a": 1}}, "finish_reason": None}]}],
        [delta("No", logprobs=[{"token": "No", "logprob": "high"}])],
        [b"\xff\xfe\x00" * 9],
        [],
    ],
    ids=str,
)
def test_nonsense_is_one_sentence(server: FakeServer, body: list[Any]) -> None:
    server.faults = [streams(*body)]
    with pytest.raises(SightlineError, match="not that of an OpenAI-compatible server"):
        answer(server)


def test_an_error_inside_the_stream_is_told(server: FakeServer) -> None:
    server.faults = [streams({"error": {"message": "CUDA out of memory"}})]
    with pytest.raises(SightlineError, match=r"the server failed .CUDA out of memory., see its log"):
        answer(server)


def test_an_empty_answer_is_an_error_to_a_person_and_an_empty_completion_in_a_batch(server: FakeServer) -> None:
    server.words = []
    engine = server.open()
    with pytest.raises(SightlineError, match="`reader` answered nothing"):
        list(engine.session().stream(QUESTION, 9))
    assert engine.complete([QUESTION], 9)[0].pieces == ()


def test_a_withheld_answer_says_so(server: FakeServer) -> None:
    server.faults = [streams(delta("N"), delta(None, end="content_filter"))]
    with pytest.raises(SightlineError, match="content filter withheld the answer"):
        answer(server)


@pytest.mark.parametrize(
    ("fault", "limits", "words"),
    [
        (endless(None), Limits(first=0.3), "not a word came in time"),
        (endless(b": still here\n\n"), Limits(first=0.3), "not a word came in time"),
        (endless(delta("")), Limits(first=0.3), "not a word came in time"),
        (endless(None, start=delta("No")), Limits(between=0.3), "the next word did not come in time"),
        (endless(delta("and ")), Limits(whole=1.0), "the answer was not complete in time|not a word came"),
    ],
)
def test_waiting_has_an_end(
    server: FakeServer, fault: Fault, limits: Limits, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = server.open()
    monkeypatch.setattr(engine, "_limits", limits)
    server.faults = [fault]
    with pytest.raises(SightlineError, match=words):
        list(engine.stream(QUESTION, 9))


def test_a_reader_who_stops_closes_the_connection(server: FakeServer) -> None:
    server.faults = [endless(delta("and "))]
    stream = server.open().session().stream(QUESTION, 9)
    assert [next(stream).text for _ in range(2)] == ["and ", "and "]
    assert not server.left.is_set()
    stream.close()  # type: ignore[attr-defined]
    assert server.left.wait(30)


def test_proxies_of_the_environment_are_not_used(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.7:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert answer(server) == "No nodule."


def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    with pytest.raises(SightlineError, match=r"`SSL_CERT_FILE=/no/such/file\.pem`: cannot be read"):
        server.open()


def test_nobody_there_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(SightlineError, match="cannot be reached or broke off, check the address"):
            FakeServer(url=url).open()


def test_a_page_that_is_no_model_server_is_one_sentence(server: FakeServer) -> None:
    with pytest.raises(SightlineError, match="no OpenAI-compatible API"):
        server.open("/shop")


@pytest.mark.parametrize("models", [[5], [None], []])
def test_a_list_of_models_that_is_none(server: FakeServer, models: list[Any]) -> None:
    server.models = models
    with pytest.raises(SightlineError, match=r"not that of an OpenAI-compatible server|it serves none"):
        server.open()
