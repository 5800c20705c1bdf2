"""An OpenAI-compatible server on loopback that does what a test tells it, and records every byte it is sent."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

from mllm.engine.opening import open_engine
from mllm.engine.remote import RemoteEngine

Word = tuple[str, float]
"""A token and its probability."""
Fault = Callable[["Handler"], None]
"""What happens to one request instead of an answer."""


@dataclass
class FakeServer:
    """Says `words`; `faults` happen first, one a request. `asked` is what it was asked, `heard` each byte it got."""

    models: list[Any] = field(default_factory=lambda: ["reader"])
    words: list[Word] = field(default_factory=lambda: [("No", 0.75), (" nodule", 0.5), (".", 0.25)])
    logprobs: bool = True
    structured: bool | None = False
    """Whether it keeps to the choices that it is given, else it ignores them; None: it refuses them."""
    faults: list[Fault] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client hung up on an answer."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set at the end, so that no handler waits longer."""
    url: str = ""

    def open(self, suffix: str = "") -> RemoteEngine:
        engine = open_engine(self.url + suffix)
        assert isinstance(engine, RemoteEngine)
        return engine


class _Recorder:
    """A stream that notes what is read from it."""

    def __init__(self, stream: Any, heard: bytearray) -> None:
        self._stream, self._heard = stream, heard

    def _note(self, data: bytes) -> bytes:
        self._heard += data
        return data

    def read(self, size: int = -1) -> bytes:
        return self._note(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._note(self._stream.readline(size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.rfile = _Recorder(self.rfile, self.fake.heard)  # type: ignore[assignment]

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self.reply(200, {"object": "list", "data": [{"id": m, "object": "model"} for m in self.fake.models]})
        else:
            self.reply(404, {"error": {"message": "nothing here"}})

    def do_POST(self) -> None:
        ask = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.asked.append(ask)
        choices = ask.get("structured_outputs", {}).get("choice")
        words = [(choices[-1], 0.5)] if choices and self.fake.structured else self.fake.words[: ask["max_tokens"]]
        logprobs = bool(ask.get("logprobs"))
        if self.fake.faults:
            self.fake.faults.pop(0)(self)
        elif logprobs and not self.fake.logprobs:
            self.reply(400, {"error": {"message": "logprobs is not supported"}})
        elif choices and self.fake.structured is None:
            self.reply(400, {"error": {"message": "Unrecognized request argument supplied: structured_outputs"}})
        elif ask.get("stream"):
            self.begin()
            for word in words:
                self.event(delta(word[0], logprobs=[token(word)] if logprobs else None))
            self.event(delta(None, end="stop"))
            self.chunk(b"data: [DONE]\n\n")
            self.chunk(b"")
        else:
            self.reply(200, completion(words, logprobs))

    def reply(self, status: int, body: object, **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def event(self, data: object) -> None:
        self.chunk(f"data: {json.dumps(data)}\n\n".encode())

    def chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True


def token(word: Word) -> dict[str, Any]:
    return {"token": word[0], "logprob": math.log(word[1]), "bytes": None, "top_logprobs": []}


def delta(text: str | None, end: str | None = None, logprobs: list[Any] | None = None) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": end}
    if logprobs is not None:
        choice["logprobs"] = {"content": logprobs}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "reader", "choices": [choice]}


def completion(words: list[Word], logprobs: bool) -> dict[str, Any]:
    top = [("No", 0.6), ("Yes", 0.3), ("Maybe", 0.1)]
    first = token(words[0]) | {"top_logprobs": [token(word) for word in top]}
    choice: dict[str, Any] = {
        "index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "".join(word for word, _ in words)},
        "logprobs": {"content": [first]} if logprobs else None,
    }  # fmt: skip
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "reader", "choices": [choice]}


def refuses(status: int, message: str = "out of memory", **headers: str) -> Fault:
    return lambda handler: handler.reply(status, {"error": {"message": message}}, **headers)


def streams(*parts: Any, whole: bool = True) -> Fault:
    """Events for dicts, raw bytes for bytes; without `whole` the connection breaks after them."""

    def fault(handler: Handler) -> None:
        handler.begin()
        for part in parts:
            handler.chunk(part) if isinstance(part, bytes) else handler.event(part)
        if whole:
            handler.chunk(b"")
        else:
            handler.hang_up()

    return fault


def breaks(handler: Handler) -> None:
    """No answer at all."""
    handler.hang_up()


def endless(part: Any, start: Any = None) -> Fault:
    """`start`, then `part` again and again until the client hangs up; nothing but waiting where it is None."""

    def fault(handler: Handler) -> None:
        handler.begin()
        try:
            if start is not None:
                handler.event(start)
            for each in repeat(part):
                if each is None or handler.fake.over.wait(0.02):
                    handler.fake.over.wait(30)
                    break
                handler.chunk(each) if isinstance(each, bytes) else handler.event(each)
        except OSError:
            handler.fake.left.set()
        handler.hang_up()

    return fault


@contextmanager
def serving() -> Iterator[FakeServer]:
    fake = FakeServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{http.server_address[1]}"
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield fake
    finally:
        fake.over.set()
        http.shutdown()
        http.socket.close()
