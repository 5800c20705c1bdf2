"""Ways to look at a study: its own films, changed by a function of pixels and a generator of the study's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from eval.items import Look
from mllm.engine.protocol import GrayImage
from mllm.prompts import Shown
from radiology.study import Study

Change = Callable[[GrayImage, np.random.Generator], GrayImage]
"""[H, W] film without its black frame -> the same, changed."""
FILMS = 500
"""Studies whose films are kept between passes."""


def generator(seed: int, *names: str) -> np.random.Generator:
    """The random numbers that belong to `names`, whatever else is drawn."""
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def changed(see: Look, change: Change, seed: int, letters: str = "FLP") -> Look:
    """What `see` shows, with `change` applied to the films of `letters`; equal for equal seed, study and view."""

    def look(study: Study, size: int) -> tuple[Shown, ...]:
        return tuple(
            inside(shown, change, generator(seed, study.study_id, shown.frame.view))
            if shown.frame.letter in letters
            else shown
            for shown in see(study, size)
        )

    return look


def inside(shown: Shown, change: Change, rng: np.random.Generator) -> Shown:
    """`change` applied to the film alone: the black around it stays."""
    (width, height), (left, top) = shown.frame.letterbox.inner, shown.frame.letterbox.offset
    place = np.s_[top : top + height, left : left + width]
    image = shown.image.copy()
    image[place] = change(image[place], rng)
    return replace(shown, image=image)


def remembered(see: Look, at_most: int = FILMS) -> Look:
    """`see` that reads each film once, for as many studies as are kept."""
    kept: dict[tuple[str, int], tuple[Shown, ...]] = {}

    def look(study: Study, size: int) -> tuple[Shown, ...]:
        key = (study.study_id, size)
        shown = kept[key] if key in kept else see(study, size)
        if len(kept) < at_most:
            kept[key] = shown
        return shown

    return look
