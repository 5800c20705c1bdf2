"""The bundled model's own embedder: its tower, its embedding head and, where one was trained, its text side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mllm.engine.protocol import GrayImage
from mllm.model.bundled import MINI
from mllm.model.heads import LocalPerception, open_perception
from mllm.model.text_head import LocalText, open_text
from radiology.errors import SightlineError
from radiology.imaging.letterbox import letterbox
from retrieval.embedders.batches import in_batches
from retrieval.embedders.protocol import Vectors


class TowerEmbedder:
    """Films as the heads of a draft embed them, so both share an index. `text` is None where none was trained."""

    def __init__(self, perception: LocalPerception, text: LocalText | None, folder: Path) -> None:
        self._perception, self._text, self._folder = perception, text, folder
        self.id = perception.embedder_id
        self.width = perception.card.embedding
        self.scale = text.scale if text else 1.0

    @property
    def reads_text(self) -> bool:
        return self._text is not None

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        return in_batches(images, self._see, self.width)

    def _see(self, images: Sequence[GrayImage]) -> Vectors:
        squares = [letterbox(image, self._perception.image_size)[0] for image in images]
        return np.stack([percept.embedding for percept in self._perception.see(squares)])

    def texts(self, texts: Sequence[str]) -> Vectors:
        """Raises SightlineError where no text side was trained."""
        if self._text is None:
            raise SightlineError(f"`{self._folder}`: has no text side; train it with `python -m train.text CONFIG`.")
        return self._text.embed(texts)


def open_tower(what: str) -> TowerEmbedder:
    """`what`: a model folder, or nothing for the bundled model."""
    folder = Path(what).expanduser() if what else MINI
    perception = open_perception(folder)
    text = open_text(folder, perception) if (folder / "text.json").is_file() else None
    return TowerEmbedder(perception, text, folder)
