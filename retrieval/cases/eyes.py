"""The embedder that goes with a case base: the model's own tower, or the one that the base remembers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from mllm.engine.protocol import GrayImage
from mllm.model.perception import Perception
from radiology.errors import SightlineError
from radiology.imaging.letterbox import letterbox
from retrieval.cases.base import CaseBase
from retrieval.embedders.protocol import ImageEmbedder, TextEmbedder, Vectors


def eyes_for(base: CaseBase, perception: Perception) -> ImageEmbedder | None:
    """What embeds a film for `base`; None where that is the tower of `perception`, which has seen the film already.

    Raises SightlineError when it is neither that nor what the base remembers.
    """
    about = base.about
    if about.embedder == perception.embedder_id:
        return None
    own = _opened(about.spec) if about.spec else None
    if own is not None and own.id == about.embedder:
        return own
    named = f"`{about.spec}` is now {own.id}" if own else f"this model is {perception.embedder_id}"
    raise SightlineError(
        f"`{base.folder}`: its cases were embedded by {about.embedder} and {named},"
        " build the cases again in a new folder."
    )


class Tower:
    """The model's own eyes as an embedder of films."""

    def __init__(self, perception: Perception) -> None:
        self.id, self._perception = perception.embedder_id, perception

    @cached_property
    def width(self) -> int:
        """Of a grey square, for no perception says it."""
        return int(self.images([np.full((8, 8), 128, np.uint8)]).shape[1])

    def images(self, images: Sequence[GrayImage]) -> Vectors:
        squares = [letterbox(image, self._perception.image_size)[0] for image in images]
        return np.stack([percept.embedding for percept in self._perception.see(squares)]).astype(np.float32)


def _opened(spec: str) -> ImageEmbedder:
    from retrieval.embedders.table import open_image_embedder

    return open_image_embedder(spec)


def reader_for(base: CaseBase, model: str = "") -> TextEmbedder | None:
    """What embeds words in the space of `base`; None where its embedder sees films only, or is not to be had."""
    from retrieval.embedders.table import open_text_embedder

    try:
        reader = open_text_embedder(base.about.spec or (f"tower:{model}" if model else "tower"))
    except SightlineError:
        return None
    return reader if base.same_space(reader.id) else None
