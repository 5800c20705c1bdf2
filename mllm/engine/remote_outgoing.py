"""What leaves this machine for a server: text and pixels without what identifies, and nothing else.

Text goes through the scrubber of `sightline deid`: what the headers of the study's films know comes first, then what
has the form of an identifier. Pixels are masked with the same finder of burnt-in text, at the size in which they are
sent, and written as a PNG of our own, so that no metadata travels. Neither is a proof of anonymity.
"""

from __future__ import annotations

import base64
import hashlib
import io
from threading import Lock
from typing import Any

from PIL import Image

from mllm.engine.chat import MARK, parts
from mllm.engine.protocol import GrayImage, Request
from radiology.imaging.deid.cases import known_of
from radiology.imaging.deid.known import Known
from radiology.imaging.deid.masking import masked
from radiology.imaging.deid.text import scrubbed
from radiology.study import Case, Study

KEPT = 16
"""Images whose masked form is remembered: those of a conversation are sent again with each of its turns."""


class Outgoing:
    """Turns requests into messages of the API. It belongs to one conversation or batch, for it holds their images."""

    def __init__(self) -> None:
        self._urls: dict[str, str] = {}
        self._masking = Lock()
        self._about: tuple[Study, Known] | None = None

    def messages(self, request: Request) -> list[dict[str, Any]]:
        """ValueError for films of which nobody says whose they are, and for marks that do not match the images."""
        if request.images and request.study is None:
            raise ValueError("films without their study: name it in the request")
        marks = sum(message.text.count(MARK) for message in request.messages)
        if marks != len(request.images):
            raise ValueError(f"{marks} {MARK} marks for {len(request.images)} images")
        known, images = self._known(request), iter(request.images)
        turns: list[dict[str, Any]] = []
        for message in request.messages:
            content = [
                {"type": "image_url", "image_url": {"url": self._url(next(images))}}
                if part["type"] == "image"
                else {"type": "text", "text": scrubbed(part["text"], known, _uncounted)}
                for part in parts(message)
            ]
            plain = len(content) == 1 and content[0]["type"] == "text"
            turns.append({"role": message.role, "content": content[0]["text"] if plain else content})
        return turns

    def choices(self, request: Request) -> list[str]:
        """The answers that are given, as text that may leave."""
        known = self._known(request)
        return [scrubbed(choice, known, _uncounted) for choice in request.choices]

    def _known(self, request: Request) -> Known:
        if request.study is None:
            return Known()
        about = self._about
        if about is None or about[0] is not request.study:
            about = self._about = (request.study, known_of(Case(study=request.study)))
        return about[1]

    def _url(self, image: GrayImage) -> str:
        name = hashlib.sha256(f"{image.shape}".encode() + image.tobytes()).hexdigest()
        with self._masking:
            if name not in self._urls:
                self._urls[name] = data_url(masked(image).pixels)
            if len(self._urls) > KEPT:
                del self._urls[next(iter(self._urls))]
            return self._urls[name]


def data_url(image: GrayImage) -> str:
    """The image [S, S] as a PNG in a data URL: pixels and nothing else."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _uncounted(_kind: str) -> None:
    """Nobody is told what was found."""
