from __future__ import annotations

from typing import Any, cast

from mllm.engine.local import LocalEngine
from retrieval.context.tokens import counting


class Letters:
    """A chat whose tokens are letters."""

    def more(self, text: str) -> list[int]:
        return [ord(letter) for letter in text if letter.isalpha()]


def test_a_local_engine_counts_with_its_own_tokenizer() -> None:
    engine = LocalEngine.__new__(LocalEngine)
    engine.chat = cast("Any", Letters())
    assert counting(engine)("Case 1: edema") == 9


def test_of_a_remote_one_only_the_length_is_known() -> None:
    assert counting(cast("Any", object()))("Case 1: edema") == 5
