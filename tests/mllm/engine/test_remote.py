from __future__ import annotations

import base64
import io
import json
import math
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mllm.engine.opening import open_engine
from mllm.engine.protocol import Message, Request
from mllm.engine.remote import RemoteEngine
from radiology.errors import SightlineError

FILM = np.arange(11 * 13, dtype=np.uint8).reshape(13, 11)
QUESTION = Request((Message("user", "Frontal: <image>\nIs there a nodule?"),), (FILM,))


@dataclass
class FakeServer:
    """An OpenAI-compatible server on loopback that says `words`; `asked` is what it was sent."""

    models: list[str] = field(default_factory=lambda: ["reader"])
    words: list[tuple[str, float]] = field(default_factory=lambda: [("No", 0.75), (" nodule", 0.5), (".", 0.25)])
    logprobs: bool = True
    status: int = 200
    breaks: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    fake: FakeServer

    def log_message(self, *_: object) -> None: ...

    def reply(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.reply(200, {"object": "list", "data": [{"id": m, "object": "model"} for m in self.fake.models]})
        else:
            self.reply(404, {"error": {"message": "nothing here"}})

    def do_POST(self) -> None:
        ask = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.asked.append(ask)
        words, logprobs = self.fake.words[: ask["max_tokens"]], bool(ask.get("logprobs"))
        if self.fake.status != 200:
            self.reply(self.fake.status, {"error": {"message": "out of memory"}})
        elif logprobs and not self.fake.logprobs:
            self.reply(400, {"error": {"message": "logprobs is not supported"}})
        elif ask.get("stream"):
            self.stream(words, logprobs)
        else:
            self.reply(200, completion(words, logprobs))

    def stream(self, words: list[tuple[str, float]], logprobs: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in words:
            self.chunk(f"data: {json.dumps(delta(word, logprobs))}\n\n".encode())
            if self.fake.breaks:
                self.close_connection = True
                return
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def token(word: tuple[str, float]) -> dict[str, Any]:
    return {"token": word[0], "logprob": math.log(word[1]), "bytes": None, "top_logprobs": []}


def delta(word: tuple[str, float], logprobs: bool) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": word[0]}, "finish_reason": None}
    if logprobs:
        choice["logprobs"] = {"content": [token(word)]}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "reader", "choices": [choice]}


def completion(words: list[tuple[str, float]], logprobs: bool) -> dict[str, Any]:
    top = [("No", 0.6), ("Yes", 0.3), ("Maybe", 0.1)]
    first = token(words[0]) | {"top_logprobs": [token(word) for word in top]}
    choice: dict[str, Any] = {
        "index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "".join(word for word, _ in words)},
        "logprobs": {"content": [first]} if logprobs else None,
    }  # fmt: skip
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "reader", "choices": [choice]}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield fake
    http.shutdown()
    http.server_close()


def opened(fake: FakeServer, suffix: str = "") -> RemoteEngine:
    engine = open_engine(fake.url + suffix)
    assert isinstance(engine, RemoteEngine)
    return engine


def test_it_streams_pieces_with_probabilities(server: FakeServer) -> None:
    pieces = list(opened(server).session().stream(QUESTION, 9))
    assert [piece.text for piece in pieces] == ["No", " nodule", "."]
    assert [piece.probability for piece in pieces] == pytest.approx([0.75, 0.5, 0.25])


def test_only_pixels_and_text_are_sent_in_order(server: FakeServer) -> None:
    list(opened(server).session().stream(QUESTION, 5))
    sent = server.asked[0]
    before, picture, after = sent["messages"][0]["content"]
    assert (before["text"], after["text"]) == ("Frontal: ", "\nIs there a nodule?")
    kind, data = picture["image_url"]["url"].split(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.info == {}
        assert (np.asarray(image) == FILM).all()
    assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("reader", 5, 0)


def test_turns_without_images_are_plain_text(server: FakeServer) -> None:
    turns = (*QUESTION.messages, Message("assistant", "No."), Message("user", "Sure?"))
    opened(server).complete([Request(turns, QUESTION.images)], 4)
    assert server.asked[0]["messages"][1:] == [
        {"role": "assistant", "content": "No."},
        {"role": "user", "content": "Sure?"},
    ]


def test_answers_of_a_batch_are_in_order(server: FakeServer) -> None:
    answers = opened(server).complete([QUESTION] * 11, 2)
    assert [answer.text for answer in answers] == ["No nodule"] * 11


def test_choices_by_first_token(server: FakeServer) -> None:
    assert opened(server).choose(QUESTION, ("yes", "no")) == pytest.approx((1 / 3, 2 / 3))
    assert server.asked[0]["top_logprobs"] == 20


def test_choices_that_start_alike_are_matched_by_text(server: FakeServer) -> None:
    engine = opened(server)
    assert engine.choose(QUESTION, ("no effusion", "no nodule", "yes")) == (0.0, 1.0, 0.0)
    assert engine.choose_many([QUESTION] * 2, [("no nodule", "nope")] * 2) == [(1.0, 0.0)] * 2


def test_an_answer_that_is_no_choice_says_nothing(server: FakeServer) -> None:
    server.logprobs = False
    assert opened(server).choose(QUESTION, ("left", "right")) == (0.5, 0.5)


def test_a_server_without_probabilities_still_answers(server: FakeServer) -> None:
    server.logprobs = False
    engine = opened(server)
    pieces = list(engine.session().stream(QUESTION, 9))
    assert "".join(piece.text for piece in pieces) == "No nodule."
    assert [piece.probability for piece in pieces] == [None] * 3
    engine.complete([QUESTION], 3)
    assert len(server.asked) == 3  # refused once, then never asked for them again


def test_the_model_is_chosen_by_name_among_several(server: FakeServer) -> None:
    server.models = ["reader", "writer"]
    assert opened(server, "#writer").info.id == "writer"
    with pytest.raises(SightlineError, match=r"it serves reader, writer, name one as http.*#MODEL"):
        opened(server)
    with pytest.raises(SightlineError, match="no model `editor`, it serves reader, writer"):
        opened(server, "#editor")


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "set OPENAI_API_KEY"), (404, "no model `reader`"), (422, r"answered 422 .*out of memory")],
)
def test_refusals_are_one_sentence(server: FakeServer, status: int, words: str) -> None:
    engine = opened(server)
    server.status = status
    with pytest.raises(SightlineError, match=words):
        engine.complete([QUESTION], 3)


def test_a_connection_that_breaks_is_one_sentence(server: FakeServer) -> None:
    server.breaks = True
    engine = opened(server)
    with pytest.raises(SightlineError, match="cannot be reached"):
        list(engine.session().stream(QUESTION, 9))


def test_nobody_there_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(SightlineError, match="cannot be reached, check the address"):
            open_engine(url)


def test_a_page_that_is_no_model_server_is_one_sentence(server: FakeServer) -> None:
    with pytest.raises(SightlineError, match="no OpenAI-compatible API"):
        opened(server, "/shop")
