"""A streamed chat completion as pieces of text, within limits of time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from math import exp, isnan
from typing import Any, TypeVar

import openai

from mllm.engine.protocol import Piece

_T = TypeVar("_T")
Chunks = openai.AsyncStream[Any]
STARTS = 3
"""How often an answer is asked for that breaks off before its first word; the client's own retries come before."""
_PAUSE = 0.5


@dataclass(frozen=True)
class Limits:
    """Seconds to wait: for a connection, for the first word with all retries, between two, for a whole answer."""

    connect: float = 5.0
    first: float = 120.0
    between: float = 60.0
    whole: float = 600.0


@dataclass(frozen=True)
class _Part:
    """What a chunk says; `end` is why the answer ends with it, None where it does not."""

    text: str
    probability: float | None
    end: str | None


async def pieces(ask: Callable[[], Awaitable[Chunks]], limits: Limits) -> AsyncGenerator[Piece, None]:
    """The answer to `ask`, which is called again only as long as no word has come.

    Closing the generator closes the connection. Raises TimeoutError, openai's errors, and ValueError for what is no
    chat completion; an answer that stops without saying why is a connection that broke.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limits.whole
    part: _Part | None
    stream, part = await within(min(limits.first, limits.whole), "not a word came", _start(ask))
    async with stream:
        while part is not None:
            if part.text:
                yield Piece(part.text, part.probability)
            if part.end == "content_filter":
                raise openai.ContentFilterFinishReasonError
            if part.end is not None:
                return
            left = deadline - loop.time()
            late = "the answer was not complete" if left < limits.between else "the next word did not come"
            part = await within(min(limits.between, left), late, _next(stream))
        raise openai.APIConnectionError(request=stream.response.request)


async def within(seconds: float, what: str, work: Awaitable[_T]) -> _T:
    """The result of `work`, or after so many seconds a TimeoutError that says what did not happen in time."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise TimeoutError(f"{what} in time") from None


async def _start(ask: Callable[[], Awaitable[Chunks]], before: int = 0) -> tuple[Chunks, _Part]:
    """An open stream and the first thing it says; asked for again, after a growing pause, where it breaks before.

    `before` counts the times it broke already.
    """
    stream = await ask()
    try:
        part = await _next(stream)
    except openai.APIConnectionError:
        if before == STARTS - 1:
            raise
        await asyncio.sleep(_PAUSE * 2**before * random.uniform(0.75, 1.0))  # noqa: S311  no secret
        return await _start(ask, before + 1)
    if part is None:
        raise ValueError("the answer holds no chunk of a chat completion")
    return stream, part


async def _next(stream: Chunks) -> _Part | None:
    """The next part that holds text or an end; None when the stream is over."""
    with suppress(StopAsyncIteration):
        while True:
            part = _read(await anext(stream))
            if part.text or part.end is not None:
                return part
    return None


def _read(chunk: Any) -> _Part:
    """Raises ValueError for JSON that is no chunk of a chat completion."""
    try:
        if not chunk.choices:
            return _Part("", None, None)
        choice = chunk.choices[0]
        part = _Part(choice.delta.content or "", _probability(choice.logprobs), choice.finish_reason)
    except (AttributeError, TypeError, IndexError, KeyError) as error:
        raise ValueError("no chunk of a chat completion") from error
    if not isinstance(part.text, str) or not isinstance(part.end, str | None):
        raise ValueError("a chunk holds no text")  # noqa: TRY004  a server's error, none of ours
    return part


def _probability(logprobs: Any) -> float | None:
    """The product over a chunk's tokens; None where the server does not tell."""
    if logprobs is None or not logprobs.content:
        return None
    total = float(sum(token.logprob for token in logprobs.content))
    return None if isnan(total) else exp(min(0.0, total))
