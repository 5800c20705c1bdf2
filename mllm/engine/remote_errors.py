"""What goes wrong between us and a server, each in one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import openai

from radiology.errors import SightlineError

_QUOTED = 200
"""Characters of a server's own words that are shown."""


@contextmanager
def one_sentence(url: str, model: str, key: str = "") -> Iterator[None]:
    """Turn errors of the client and of the reading of answers into a SightlineError, which never holds `key`."""
    try:
        yield
    except openai.APIStatusError as error:
        raise SightlineError(f"`{url}`: {_refusal(error.status_code, model, _said(error, key))}.") from error
    except openai.APIConnectionError as error:
        raise SightlineError(
            f"`{url}`: the server cannot be reached or broke off, check the address and that it runs."
        ) from error
    except openai.ContentFilterFinishReasonError as error:
        raise SightlineError(
            f"`{url}`: the server's content filter withheld the answer, ask for another answer or another server."
        ) from error
    except openai.APIError as error:
        raise SightlineError(f"`{url}`: the server failed ({_said(error, key)}), see its log.") from error
    except TimeoutError as error:
        raise SightlineError(f"`{url}`: {error}, see whether the server is overloaded.") from error
    except (openai.OpenAIError, ValueError) as error:
        raise SightlineError(
            f"`{url}`: the answer is not that of an OpenAI-compatible server, check the address."
        ) from error


def _refusal(status: int, model: str, said: str) -> str:
    named = {
        401: "the server refused the key, set OPENAI_API_KEY",
        403: "the server refused the key, set OPENAI_API_KEY",
        404: f"no model `{model}` or no OpenAI-compatible API there, check both",
        413: f"the request is too large for the server ({said}), raise its limit",
        429: f"the server is busy or the quota of the key is used up ({said}), try again later",
    }
    if status in named:
        return named[status]
    if status < 400:
        return f"the server sends us elsewhere ({status}), name the address it stands for"
    if status < 500:
        return f"the server answered {status} ({said}), check that its model takes images and a prompt this long"
    return f"the server failed with {status} ({said}), see its log"


def _said(error: openai.APIError, key: str) -> str:
    """The server's own words, cut, without the key."""
    told = error.body.get("message") if isinstance(error.body, dict) else None
    words = told if isinstance(told, str) and told else error.message
    return (words.replace(key, "[key]") if key else words)[:_QUOTED].strip().rstrip(".")
