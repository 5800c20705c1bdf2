"""An OpenAI-compatible server on loopback whose answers a function of the messages gives, and a writer without one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from eval.judges.writer import Conversation

Reply = Callable[[list[dict[str, str]]], str]


@dataclass
class FakeWriter:
    """Answers by `reply`; "" stands for no answer. `rounds` is what it was asked, call by call."""

    reply: Reply
    identity: str = "fake"
    rounds: list[list[list[dict[str, str]]]] = field(default_factory=list)

    def write(self, conversations: Sequence[Conversation], max_new_tokens: int) -> list[str | None]:
        asked = [[{"role": turn.role, "content": turn.text} for turn in turns] for turns in conversations]
        self.rounds.append(asked)
        return [self.reply(messages) or None for messages in asked]


class _Handler(BaseHTTPRequestHandler):
    reply: Reply
    asked: list[dict[str, Any]]

    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        self._send(200, "application/json", {"object": "list", "data": [{"id": "judge-7b", "object": "model"}]})

    def do_POST(self) -> None:
        ask = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(ask)
        text = type(self).reply(ask["messages"])
        if not text:
            self._send(422, "application/json", {"error": {"message": "too long"}})
            return
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": "stop"}
        self._send(200, "text/event-stream", {"id": "1", "object": "chat.completion.chunk", "created": 1,
                                              "model": "judge-7b", "choices": [choice]})  # fmt: skip

    def _send(self, status: int, kind: str, body: object) -> None:
        stream = kind == "text/event-stream"
        data = (f"data: {json.dumps(body)}\n\ndata: [DONE]\n\n" if stream else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serving(reply: Reply) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(URL, what was asked so far) of a server that runs until the block ends; an empty reply is a refusal."""
    asked: list[dict[str, Any]] = []
    handler = type("Bound", (_Handler,), {"reply": staticmethod(reply), "asked": asked})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}", asked
    finally:
        http.shutdown()
        http.server_close()
