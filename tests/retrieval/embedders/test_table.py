"""Specs: which kind opens, and which is refused for what it cannot embed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from radiology.errors import SightlineError
from retrieval.embedders.table import (
    EMBEDDERS,
    open_embedder,
    open_image_embedder,
    open_joint_embedder,
    open_text_embedder,
)


class Films:
    id, width = "films", 3

    def images(self, images: object) -> object:
        return images


class Texts:
    id, width = "texts", 3

    def texts(self, texts: object) -> object:
        return texts


class Both(Films, Texts):
    scale = 1.0


class Untaught(Both):
    reads_text = False


def _opened(made: Callable[[], object], what: str) -> object:
    return made()


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, made in (("films", Films), ("texts", Texts), ("both", Both), ("untaught", Untaught)):
        monkeypatch.setitem(EMBEDDERS, kind, partial(_opened, made))


@pytest.mark.parametrize("spec", ["", ":", "nothing", "vision", "sentences:", "Tower", "mini", "a/b:c"])
def test_an_unknown_spec_is_answered_with_the_kinds(spec: str) -> None:
    with pytest.raises(SightlineError, match=r"vision:ID_OR_FOLDER, open_clip:ID"):
        open_embedder(spec)


def test_a_spec_keeps_all_colons_behind_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setitem(EMBEDDERS, "films", seen.append)
    open_embedder("films:local-dir:/a:b")
    assert seen == ["local-dir:/a:b"]


def test_what_cannot_do_what_is_asked_is_refused() -> None:
    assert isinstance(open_image_embedder("films:x"), Films)
    assert isinstance(open_text_embedder("texts:x"), Texts)
    assert isinstance(open_joint_embedder("both:x"), Both)
    for opened, spec, said in (
        (open_image_embedder, "texts:x", "embeds texts only"),
        (open_text_embedder, "films:x", "embeds films only"),
        (open_text_embedder, "untaught:x", "tower with a text side"),
        (open_joint_embedder, "texts:x", "embeds texts only"),
        (open_joint_embedder, "films:x", "embeds films only"),
    ):
        with pytest.raises(SightlineError, match=said):
            opened(spec)
