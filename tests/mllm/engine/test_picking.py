from __future__ import annotations

import pytest
import torch

from mllm.engine.picking import allowed, complete, pick

STOPS = frozenset({0})
LEFT, LEFT_LUNG, RIGHT = (5, 6), (5, 6, 7), (8,)


@pytest.mark.parametrize(
    ("said", "next_tokens", "done"),
    [((), [5, 8], False), ((5,), [6], False), ((5, 6), [0, 7], False), ((5, 6, 7), [0], True), ((8,), [0], True)],
)
def test_only_what_an_answer_goes_on_with_may_follow(said: tuple[int, ...], next_tokens: list[int], done: bool) -> None:
    answers = (LEFT, LEFT_LUNG, RIGHT)
    assert allowed(answers, said, STOPS) == next_tokens
    assert complete(answers, said) is done


def test_without_answers_anything_may_follow() -> None:
    assert allowed((), (3, 4), STOPS) is None
    assert not complete((), (3, 4))


def test_the_likeliest_of_the_allowed_tokens_with_its_probability_among_them() -> None:
    logits = torch.tensor([[3.0, 1.0, 2.0], [3.0, 1.0, 2.0]]).log()
    tokens, probabilities = zip(*pick(logits, [None, [1, 2]]), strict=True)
    assert tokens == (0, 2)
    assert probabilities == pytest.approx((3 / 6, 2 / 3))
