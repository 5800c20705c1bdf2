"""An OpenAI-compatible server (vLLM, llama.cpp, a vendor) as an engine. What is sent is in `remote_outgoing`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from math import exp, prod
from typing import Any

import openai

from mllm.engine.protocol import Completion, Piece, Request
from mllm.engine.remote_address import read_address
from mllm.engine.remote_background import background
from mllm.engine.remote_client import make_client, read_key, served_model
from mllm.engine.remote_errors import one_sentence
from mllm.engine.remote_extras import Extras, one_of
from mllm.engine.remote_outgoing import Outgoing
from mllm.engine.remote_stream import Limits, pieces, within
from radiology.errors import SightlineError
from radiology.study import ModelInfo

IMAGE_SIZE = 896
PARALLEL = 8
"""Requests of a batch that are under way at once: the server batches them."""
_TOP = 20
_LONGEST_CHOICE = 64


def open_remote(spec: str) -> RemoteEngine:
    """The server at `URL` or `URL#MODEL`; the key, if it wants one, is in the environment as OPENAI_API_KEY.

    SightlineError when it does not answer, does not serve MODEL, or serves several and none is named.
    """
    address, key, limits = read_address(spec), read_key(), Limits()
    client = make_client(address, key, limits)
    with one_sentence(address.url, address.model, key):
        model = background().wait(within(limits.first, "no answer came", served_model(client, address)))
    return RemoteEngine(client, address.url, model, limits)


class RemoteSession:
    """A conversation with a server, which keeps its own cache of what it has read."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine
        self._outgoing = Outgoing()
        self._streaming: object | None = None

    def stream(self, request: Request, max_new_tokens: int) -> Iterator[Piece]:
        """Pieces as they come; the connection is closed when the reader stops. SightlineError for an empty answer."""
        mine = self._streaming = object()
        for piece in self._engine.stream(request, max_new_tokens, self._outgoing):
            if self._streaming is not mine:
                return
            yield piece

    def cancel(self) -> None:
        """End the answer that is being streamed, with the next piece that comes."""
        self._streaming = None


class RemoteEngine:
    """Chat completions of one model of one server."""

    box_tokens = False

    def __init__(self, client: openai.AsyncOpenAI, url: str, model: str, limits: Limits) -> None:
        self.image_size = IMAGE_SIZE
        self.info = ModelInfo(id=model, hash="")
        self._client, self._url, self._limits = client, url, limits
        self._extras = Extras()

    def session(self) -> RemoteSession:
        return RemoteSession(self)

    def stream(self, request: Request, max_new_tokens: int, outgoing: Outgoing | None = None) -> Iterator[Piece]:
        """Pieces as the server sends them, with probabilities if it tells them; of `request.choices`, one as a whole.

        SightlineError for an answer that is empty or none of the choices.
        """
        empty = True
        for piece in self._pieces(request, max_new_tokens, outgoing or Outgoing()):
            empty = False
            yield piece
        if empty:
            what = f"none of {', '.join(request.choices)}" if request.choices else "nothing"
            raise SightlineError(f"`{self._url}`: `{self.info.id}` answered {what}, try another model or question.")

    def complete(self, requests: Sequence[Request], max_new_tokens: int) -> list[Completion]:
        """Answers in order, several requests at a time; one that is empty or none of its choices has no pieces."""
        complete = partial(self._complete, max_new_tokens=max_new_tokens, outgoing=Outgoing())
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(complete, requests))

    def choose(self, request: Request, choices: Sequence[str]) -> tuple[float, ...]:
        """From the probabilities of the first token where those tell the choices apart, else from the answer's text."""
        return self.choose_many([request], [choices])[0]

    def choose_many(
        self, requests: Sequence[Request], choices_per_request: Sequence[Sequence[str]]
    ) -> list[tuple[float, ...]]:
        choose = partial(self._choose, outgoing=Outgoing())
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(choose, requests, choices_per_request))

    def _choose(self, request: Request, choices: Sequence[str], outgoing: Outgoing) -> tuple[float, ...]:
        scores = self._first_token_scores(request, choices, outgoing) if self._extras.logprobs else None
        if scores is None:
            asked = replace(request, choices=tuple(choices))
            answer = _bare("".join(piece.text for piece in self._said(asked, _LONGEST_CHOICE, outgoing)))
            scores = [float(answer == _bare(choice)) for choice in choices]
            if not any(scores):
                scores = [float(answer.startswith(_bare(choice))) for choice in choices]
        total = sum(scores)
        return tuple(score / total for score in scores) if total else (1 / len(choices),) * len(choices)

    def _complete(self, request: Request, max_new_tokens: int, outgoing: Outgoing) -> Completion:
        return Completion(tuple(self._pieces(request, max_new_tokens, outgoing)))

    def _pieces(self, request: Request, max_new_tokens: int, outgoing: Outgoing) -> Iterator[Piece]:
        """What is said, as it comes. Where answers are given it is the one of them that is said, in one piece, if any:
        the server may not have kept to them."""
        said = self._said(request, max_new_tokens, outgoing)
        if not request.choices:
            yield from said
            return
        whole = list(said)
        text, sent = _bare("".join(piece.text for piece in whole)), outgoing.choices(request)
        same = [choice for choice, spelt in zip(request.choices, sent, strict=True) if _bare(spelt) == text]
        if len(same) == 1:
            told = [piece.probability for piece in whole if piece.probability is not None]
            yield Piece(same[0], prod(told) if len(told) == len(whole) else None)

    def _said(self, request: Request, max_new_tokens: int, outgoing: Outgoing) -> Iterator[Piece]:
        messages, given = outgoing.messages(request), one_of(outgoing.choices(request))
        answer = pieces(lambda: self._create(messages, max_new_tokens, stream=True, **given), self._limits)
        with one_sentence(self._url, self.info.id, self._client.api_key):
            yield from background().each(answer)

    def _first_token_scores(self, request: Request, choices: Sequence[str], outgoing: Outgoing) -> list[float] | None:
        """The sum over the likeliest first tokens that begin exactly one choice; None if that decides nothing."""
        asked = self._create(outgoing.messages(request), 1, top_logprobs=_TOP)
        with one_sentence(self._url, self.info.id, self._client.api_key):
            answer = background().wait(within(self._limits.first, "no answer came", asked))
            options = _first_options(answer)
        scores = [0.0] * len(choices)
        for token, probability in options:
            begun = [i for i, choice in enumerate(choices) if _bare(choice).startswith(_bare(token) or "\0")]
            if len(begun) > 1:
                return None
            for i in begun:
                scores[i] += probability
        return scores if any(scores) else None

    async def _create(self, messages: list[dict[str, Any]], max_tokens: int, **options: Any) -> Any:
        """A chat completion; a server that refuses an extra is asked again, and later, without it."""
        ask: Any = self._client.chat.completions.create
        fixed = {"model": self.info.id, "messages": messages, "max_tokens": max_tokens, "temperature": 0.0}
        while True:
            extras = self._extras.taken({"logprobs": True, **options})
            try:
                return await ask(**fixed, **extras)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._extras.refuse(extras, error):
                    raise


def _first_options(answer: Any) -> list[tuple[str, float]]:
    """The likeliest first tokens and their probabilities; none where the server does not tell."""
    try:
        logprobs = answer.choices[0].logprobs
        top = logprobs.content[0].top_logprobs if logprobs is not None and logprobs.content else []
        return [(str(option.token), exp(min(0.0, option.logprob))) for option in top]
    except (AttributeError, TypeError, IndexError) as error:
        raise ValueError("no chat completion") from error


def _bare(text: str) -> str:
    return text.strip().strip(".").lower()
