"""Questions whose answer must have a form: a malformed answer is asked for once more, then given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from eval.judges.writer import Conversation, Writer
from mllm.engine.protocol import Message

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
_THOUGHT = "</think>"


@dataclass(frozen=True)
class Asked(Generic[T]):
    """A conversation and how its answer is read; `read` raises ValueError with the reason when it is malformed."""

    turns: Conversation
    read: Callable[[str], T]


def ask(writer: Writer, questions: Sequence[Asked[T]], max_new_tokens: int) -> list[T | None]:
    """What was read from the answers, in order; None where the model gave no answer or a malformed one twice."""
    written = writer.write([question.turns for question in questions], max_new_tokens)
    answers: list[T | None] = [None] * len(questions)
    again: dict[int, Conversation] = {}
    for i, text in enumerate(written):
        if text is not None:
            try:
                answers[i] = questions[i].read(text)
            except ValueError as error:
                again[i] = (*questions[i].turns, Message("assistant", text), _complaint(error))
    repeated = writer.write(list(again.values()), max_new_tokens) if again else []
    for i, text in zip(again, repeated, strict=True):
        answers[i] = _or_none(questions[i].read, text)
    return answers


def read_json(text: str, form: type[M]) -> M:
    """The JSON object in an answer, fences and thoughts around it left out. ValueError when it is not a `form`."""
    text = text.rpartition(_THOUGHT)[2]
    return form.model_validate_json(text[text.find("{") : text.rfind("}") + 1])


def _complaint(error: ValueError) -> Message:
    reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return Message("user", f"This cannot be used: {reason}. Answer again with the JSON object alone.")


def _or_none(read: Callable[[str], T], text: str | None) -> T | None:
    try:
        return None if text is None else read(text)
    except ValueError:
        return None
