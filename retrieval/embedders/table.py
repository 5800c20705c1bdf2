"""All kinds of embedders. A spec is `KIND` or `KIND:WHAT`, such as `tower` or `vision:microsoft/rad-dino`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from radiology.errors import SightlineError
from retrieval.embedders.joint import JointEmbedder
from retrieval.embedders.protocol import ImageEmbedder, TextEmbedder

Embedder = ImageEmbedder | TextEmbedder
Opener = Callable[[str], Embedder]


def _tower(what: str) -> Embedder:
    from retrieval.embedders.tower import open_tower

    return open_tower(what)


def _vision(what: str) -> Embedder:
    from retrieval.embedders.vision import open_vision

    return open_vision(what)


def _open_clip(what: str) -> Embedder:
    from retrieval.embedders.open_clip import open_open_clip

    return open_open_clip(what)


def _sentences(what: str) -> Embedder:
    from retrieval.embedders.sentences import open_sentences

    return open_sentences(what)


EMBEDDERS: dict[str, Opener] = {
    "tower": _tower,
    "vision": _vision,
    "open_clip": _open_clip,
    "sentences": _sentences,
}
"""Kind -> what opens it, given what stands behind the colon."""
SPECS = (
    "tower",
    "tower:FOLDER",
    "vision:ID_OR_FOLDER",
    "open_clip:ID",
    "open_clip:local-dir:FOLDER",
    "sentences:FOLDER",
)


def open_embedder(spec: str) -> Embedder:
    """The embedder that `spec` names. Raises SightlineError for an unknown kind and for what cannot be opened."""
    kind, _, what = spec.partition(":")
    if kind not in EMBEDDERS or (not what and kind != "tower"):
        raise SightlineError(f"`{spec}`: not an embedder, choose one of {', '.join(SPECS)}.")
    return EMBEDDERS[kind](what)


def open_image_embedder(spec: str) -> ImageEmbedder:
    """One for films; SightlineError where `spec` reads texts only."""
    embedder = open_embedder(spec)
    if not hasattr(embedder, "images"):
        raise SightlineError(f"`{spec}`: embeds texts only, choose tower, vision or open_clip for films.")
    return cast("ImageEmbedder", embedder)


def open_text_embedder(spec: str) -> TextEmbedder:
    """One for texts; SightlineError where `spec` sees films only."""
    embedder = open_embedder(spec)
    if not getattr(embedder, "reads_text", hasattr(embedder, "texts")):
        raise SightlineError(
            f"`{spec}`: embeds films only, choose open_clip, sentences or a tower with a text side for texts."
        )
    return cast("TextEmbedder", embedder)


def open_joint_embedder(spec: str) -> JointEmbedder:
    """One for films and texts alike; SightlineError where `spec` is of one only."""
    embedder = open_text_embedder(spec)
    if not hasattr(embedder, "images"):
        raise SightlineError(f"`{spec}`: embeds texts only, choose open_clip or a tower with a text side.")
    return cast("JointEmbedder", embedder)
