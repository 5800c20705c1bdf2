"""From a mixture to the dataset TRL's `SFTTrainer` takes: `messages` and `images`, made when they are read."""

from __future__ import annotations

from typing import Any

import numpy as np
from datasets import Dataset
from PIL import Image

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


def dataset(mixture: Mixture, cases: np.ndarray, seed: int) -> Dataset:
    """One row for each of `cases` (indices, repeats welcome); row i is always the same conversation."""

    def build(batch: dict[str, list[int]]) -> dict[str, list[Any]]:
        pairs = zip(batch["case"], batch["row"], strict=True)
        rows = [as_row(mixture.conversation(case, seed + row)) for case, row in pairs]
        return {name: [row[name] for row in rows] for name in ("messages", "images")}

    table = Dataset.from_dict({"case": cases.tolist(), "row": list(range(len(cases)))})
    return table.with_transform(build)
