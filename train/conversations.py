"""From a mixture to the dataset TRL's `SFTTrainer` takes: `messages` and `images`, made when they are read."""

from __future__ import annotations

from typing import Any

from datasets import Dataset
from PIL import Image

from train.lessons import Lessons
from train.mixture import Conversation, Mixture


def as_row(conversation: Conversation) -> dict[str, Any]:
    """One row: chat messages whose `<image>` marks became image parts, and the pictures in their order."""
    return {
        "messages": [{"role": m.role, "content": _parts(m.text)} for m in conversation.messages],
        "images": [Image.fromarray(image) for image in conversation.images],
    }


def _parts(text: str) -> list[dict[str, str]]:
    parts: list[dict[str, str]] = []
    for i, piece in enumerate(text.split("<image>")):
        if i:
            parts.append({"type": "image"})
        if piece:
            parts.append({"type": "text", "text": piece})
    return parts


def dataset(mixture: Mixture, lessons: Lessons, seed: int) -> Dataset:
    """One row for each of `lessons`; row i is always the same conversation."""

    def build(batch: dict[str, list[Any]]) -> dict[str, list[Any]]:
        columns = zip(batch["case"], batch["task"], batch["row"], strict=True)
        rows = [as_row(mixture.conversation(case, task, seed + row)) for case, task, row in columns]
        return {name: [row[name] for row in rows] for name in ("messages", "images")}

    table = Dataset.from_dict({"case": lessons.cases, "task": lessons.tasks, "row": list(range(len(lessons.cases)))})
    return table.with_transform(build)
