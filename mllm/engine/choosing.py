"""Scores of answers that are given: by their first token where that tells them apart, else by the whole sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from mllm.engine.protocol import GrayImage

if TYPE_CHECKING:
    from mllm.engine.chat import Chat
    from mllm.engine.local import LocalEngine
    from mllm.engine.reading import Prompt, Reader


def first_token_scores(
    chat: Chat, prompt: str, choices: Sequence[str], log_probabilities: torch.Tensor
) -> torch.Tensor | None:
    """Log scores [C] from the next token's log probabilities [V]; None when two choices start with the same token.

    A choice may also be written with a capital or after a space: its score sums over the first tokens of all its
    spellings that no other choice shares.
    """
    spelled = [{answer_tokens(chat, prompt, spelling)[0] for spelling in _spellings(choice)} for choice in choices]
    shared = {token for token, count in Counter(t for tokens in spelled for t in tokens).items() if count > 1}
    if any(answer_tokens(chat, prompt, choice)[0] in shared for choice in choices):
        return None
    return torch.stack([log_probabilities[sorted(tokens - shared)].logsumexp(0) for tokens in spelled])


def sequence_scores(
    engine: LocalEngine, text: str, images: Sequence[GrayImage], choices: Sequence[str]
) -> torch.Tensor:
    """Log scores [C]: of all of a choice's tokens and of stopping after them. The prompt `text` is read once."""
    prompt = engine.prompt(text, images)
    answers = [[*tokens, min(engine.stops)] for tokens in engine.answers(text, choices)]
    return engine.scheduler.run(lambda: _scored(engine.reader, prompt, answers))


def _scored(reader: Reader, prompt: Prompt, answers: Sequence[list[int]]) -> torch.Tensor:
    read, scores = reader.read(prompt), []
    for answer in answers:
        rest = reader.further(read.copy(), answer[:-1])  # [answer - 1, V]
        logits = torch.cat([read.scores[None], rest]).float()
        scores.append(logits.log_softmax(-1).gather(1, torch.tensor(answer, device=logits.device)[:, None]).sum())
    return torch.stack(scores)


def answer_tokens(chat: Chat, prompt: str, answer: str) -> list[int]:
    """Tokens of `answer` as it would follow `prompt`, so that a tokenizer's word spacing is right."""
    before, whole = chat.more(prompt[-40:]), chat.more(prompt[-40:] + answer)
    return whole[len(before) :] if whole[: len(before)] == before and len(whole) > len(before) else chat.more(answer)


def _spellings(choice: str) -> set[str]:
    capital = choice[:1].upper() + choice[1:]
    return {choice, capital, f" {choice}", f" {capital}"}
