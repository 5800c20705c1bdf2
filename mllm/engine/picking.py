"""Which token comes next: the likeliest, where answers are given the likeliest that one of them goes on with."""

from __future__ import annotations

from collections.abc import Sequence

import torch

Answers = Sequence[Sequence[int]]
"""Token sequences without the stop; none of them stands for any text at all."""


def pick(logits: torch.Tensor, allowed: Sequence[Sequence[int] | None]) -> list[tuple[int, float]]:
    """Token and probability from each row of `logits` [B, V], where `allowed` names tokens among those only."""
    for row, tokens in zip(logits, allowed, strict=True):
        if tokens is not None:
            kept = row[list(tokens)]
            row.fill_(-torch.inf)
            row[list(tokens)] = kept
    probabilities, best = logits.float().softmax(-1).max(-1)
    return list(zip(best.tolist(), probabilities.tolist(), strict=True))


def allowed(answers: Answers, said: Sequence[int], stops: frozenset[int]) -> list[int] | None:
    """The tokens that may follow what was `said`: those of `answers`, a stop where one is complete; None for all."""
    if not answers:
        return None
    following = _following(answers, said)
    complete = any(list(answer) == list(said) for answer in answers)
    return sorted(following | stops if complete else following)


def complete(answers: Answers, said: Sequence[int]) -> bool:
    """Whether an answer is `said` and no longer one begins with it, so that only a stop could follow."""
    return bool(answers) and not _following(answers, said)


def _following(answers: Answers, said: Sequence[int]) -> set[int]:
    length = len(said)
    return {answer[length] for answer in answers if len(answer) > length and list(answer[:length]) == list(said)}
