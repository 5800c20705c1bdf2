"""An OpenAI-compatible server (vLLM, llama.cpp, a vendor) as an engine. Only pixels and prompt text are sent."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import exp
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
from PIL import Image

from mllm.engine.chat import MARK
from mllm.engine.protocol import Completion, GrayImage, Message, Piece, Request
from radiology.errors import SightlineError
from radiology.study import ModelInfo

IMAGE_SIZE = 896
TIMEOUT = openai.Timeout(120.0, connect=5.0)
PARALLEL = 8
"""Requests of a batch that are under way at once: the server batches them."""
_TOP = 20
_LONGEST_CHOICE = 64


def open_remote(spec: str) -> RemoteEngine:
    """The server at `URL` or `URL#MODEL`; the key, if it wants one, is in the environment as OPENAI_API_KEY.

    SightlineError when it does not answer, does not serve MODEL, or serves several and none is named.
    """
    url, _, wanted = spec.partition("#")
    base = url if urlsplit(url).path.strip("/") else url.rstrip("/") + "/v1"
    client = openai.OpenAI(
        base_url=base, api_key=os.environ.get("OPENAI_API_KEY") or "none", timeout=TIMEOUT, max_retries=1
    )
    with one_sentence(url, wanted):
        served = [model.id for model in client.models.list()]
    return RemoteEngine(client, url, _pick(url, wanted, served))


class RemoteSession:
    """A conversation with a server, which keeps its own cache of what it has read."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        return self._engine.stream(request, max_new_tokens)


class RemoteEngine:
    """Chat completions of one model of one server."""

    box_tokens = False

    def __init__(self, client: openai.OpenAI, url: str, model: str, image_size: int = IMAGE_SIZE) -> None:
        self.image_size = image_size
        self.info = ModelInfo(id=model, hash="")
        self._client = client
        self._url = url
        self._logprobs = True

    def session(self) -> RemoteSession:
        return RemoteSession(self)

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        """Pieces as the server sends them, with probabilities if it tells them."""
        with one_sentence(self._url, self.info.id):
            for chunk in self._create(request, max_new_tokens, stream=True):
                if chunk.choices and chunk.choices[0].delta.content:
                    choice = chunk.choices[0]
                    yield Piece(choice.delta.content, _probability(choice.logprobs))

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        """Answers in order, several requests at a time."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(lambda request: self._complete(request, max_new_tokens), requests))

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        """From the probabilities of the first token where those tell the choices apart, else from the answer's text."""
        scores = self._first_token_scores(request, choices) if self._logprobs else None
        if scores is None:
            answer = _bare(self._complete(request, _LONGEST_CHOICE).text)
            scores = [float(answer == _bare(choice)) for choice in choices]
            if not any(scores):
                scores = [float(answer.startswith(_bare(choice))) for choice in choices]
        total = sum(scores)
        return tuple(score / total for score in scores) if total else (1 / len(choices),) * len(choices)

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(self.choose, requests, choices_per_request))

    def _complete(self, request: Request, max_new_tokens: int) -> Completion:
        return Completion(tuple(self.stream(request, max_new_tokens)))

    def _first_token_scores(self, request: Request, choices: Sequence[str]) -> list[float] | None:
        """The sum over the likeliest first tokens that begin exactly one choice; None if that decides nothing."""
        with one_sentence(self._url, self.info.id):
            logprobs = self._create(request, 1, top_logprobs=_TOP).choices[0].logprobs
        if logprobs is None or not logprobs.content:
            return None
        scores = [0.0] * len(choices)
        for option in logprobs.content[0].top_logprobs:
            begun = [i for i, choice in enumerate(choices) if _bare(choice).startswith(_bare(option.token) or "\0")]
            if len(begun) > 1:
                return None
            for i in begun:
                scores[i] += exp(option.logprob)
        return scores if any(scores) else None

    def _create(self, request: Request, max_tokens: int, **options: Any) -> Any:
        """A chat completion; a server that refuses log probabilities is asked again, and later, without them."""
        ask = self._client.chat.completions.create
        fixed: dict[str, Any] = {
            "model": self.info.id, "messages": _messages(request), "max_tokens": max_tokens, "temperature": 0.0,
        }  # fmt: skip
        if self._logprobs:
            try:
                return ask(**fixed, **options, logprobs=True)
            except openai.NotFoundError:
                raise
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if "logprob" not in str(error).lower():
                    raise
                self._logprobs = False
        options.pop("top_logprobs", None)
        return ask(**fixed, **options)


@contextmanager
def one_sentence(url: str, model: str) -> Iterator[None]:
    """Turn what goes wrong between us and the server into a SightlineError."""
    try:
        yield
    except openai.AuthenticationError as error:
        raise SightlineError(f"`{url}`: the server refused the key, set OPENAI_API_KEY.") from error
    except openai.NotFoundError as error:
        raise SightlineError(f"`{url}`: no model `{model}` or no OpenAI-compatible API there, check both.") from error
    except openai.APIStatusError as error:
        raise SightlineError(
            f"`{url}`: the server answered {error.status_code} ({error.message[:200]}), see its log."
        ) from error
    except (openai.APIConnectionError, httpx.HTTPError) as error:
        raise SightlineError(f"`{url}`: the server cannot be reached, check the address and that it runs.") from error
    except (openai.APIError, ValueError) as error:
        raise SightlineError(
            f"`{url}`: the answer is not that of an OpenAI-compatible server, check the address."
        ) from error


def data_url(image: GrayImage) -> str:
    """The image [S, S] as a PNG in a data URL: pixels and nothing else."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _pick(url: str, wanted: str, served: list[str]) -> str:
    names = ", ".join(served) or "none"
    if wanted and wanted not in served:
        raise SightlineError(f"`{url}`: no model `{wanted}`, it serves {names}.")
    if not wanted and len(served) != 1:
        raise SightlineError(f"`{url}`: it serves {names}, name one as {url}#MODEL.")
    return wanted or served[0]


def _messages(request: Request) -> list[dict[str, Any]]:
    pictures = iter(request.images)
    return [{"role": message.role, "content": _content(message, pictures)} for message in request.messages]


def _content(message: Message, pictures: Iterator[GrayImage]) -> str | list[dict[str, Any]]:
    """Text as it is; with images, parts in the order of their marks."""
    texts = message.text.split(MARK)
    if len(texts) == 1:
        return message.text
    content: list[dict[str, Any]] = []
    for i, text in enumerate(texts):
        if i:
            content.append({"type": "image_url", "image_url": {"url": data_url(next(pictures))}})
        if text:
            content.append({"type": "text", "text": text})
    return content


def _probability(logprobs: Any) -> float | None:
    """The product over a chunk's tokens."""
    if logprobs is None or not logprobs.content:
        return None
    return exp(min(0.0, sum(token.logprob for token in logprobs.content)))


def _bare(text: str) -> str:
    return text.strip().strip(".").lower()
