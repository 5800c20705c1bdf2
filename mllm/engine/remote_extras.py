"""What not every server takes, asked for until one refuses it: log probabilities, and answers that are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_REFUSED_BY = {"logprob": ("logprobs", "top_logprobs"), "structured": ("extra_body",)}
"""The word that a server's refusal holds -> the arguments that are left out from then on."""


def one_of(choices: Sequence[str]) -> dict[str, Any]:
    """The argument that lets a server write nothing but one of `choices`; none where there are none.

    `structured_outputs` is vLLM's, of 0.12 and later (https://docs.vllm.ai/en/latest/features/structured_outputs/). A
    server that does not know it ignores it (as vLLM does with what it does not know, such as the `guided_choice` of its
    earlier versions: vllm-project/vllm#53975) or refuses it by name (OpenAI), so answers have to be checked.
    """
    return {"extra_body": {"structured_outputs": {"choice": list(choices)}}} if choices else {}


class Extras:
    """What one server has refused so far."""

    def __init__(self) -> None:
        self._refused: set[str] = set()

    @property
    def logprobs(self) -> bool:
        """Whether it may be asked for log probabilities."""
        return "logprobs" not in self._refused

    def taken(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """`arguments` without what it refused."""
        return {name: value for name, value in arguments.items() if name not in self._refused}

    def refuse(self, sent: dict[str, Any], error: Exception) -> bool:
        """Whether its `error` names something of what was `sent` that can be left out, from now on."""
        words = str(error).lower()
        named = {name for word, names in _REFUSED_BY.items() if word in words for name in names}
        self._refused |= named
        return not named.isdisjoint(sent)
