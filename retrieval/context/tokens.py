"""Counts tokens as the engine does that will read them."""

from __future__ import annotations

from mllm.engine.local import LocalEngine
from mllm.engine.protocol import Engine
from retrieval.context.select import CountTokens, count_by_length


def counting(engine: Engine) -> CountTokens:
    """The engine's own tokenizer where it is on this machine, else a bound by length."""
    if isinstance(engine, LocalEngine):
        chat = engine.chat
        return lambda text: len(chat.more(text))
    return count_by_length
