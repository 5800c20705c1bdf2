"""The attribution map of one sentence of a draft, laid over the film it is about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.draft.assistant import Assistant
from mllm.draft.attribution import Map, Phrase, attribute
from mllm.prompts import report_request
from radiology.errors import SightlineError
from radiology.imaging.letterbox import Letterbox
from radiology.study import Draft, Study

LONGEST = 1024
"""Longer side of a picture in px."""


def explain(assistant: Assistant, study: Study, draft: Draft, number: int) -> Image.Image:
    """The first film of `study` with what sentence `number` (from 1) of `draft` comes from in red.

    The sentence counts as the continuation of those before it, up to the end of its first finding. Raises
    SightlineError for a number that the draft does not have, and as `attribute` does.
    """
    shown, _ = assistant.see(study, force=True)
    request = report_request(study, shown, (), grounded=False, explained=not assistant.engine.box_tokens)
    before, text = said(draft, number)
    film = shown[0]
    return overlay(film.image, film.frame.letterbox, attribute(assistant.engine, Phrase(request, before, text)))


def said(draft: Draft, number: int) -> tuple[str, str]:
    """What the draft says before sentence `number`, and the sentence up to the end of its first finding."""
    if not 1 <= number <= len(draft.sentences):
        raise SightlineError(f"sentence {number}: the draft has {len(draft.sentences)}, choose one of them.")
    before, sentence = draft.sentences[: number - 1], draft.sentences[number - 1]
    findings = " ".join(each.text for each in before if each.section == "findings")
    impression = " ".join(each.text for each in before if each.section == "impression")
    if sentence.section == "impression":
        findings = f"{findings}\nImpression: {impression}"
    end = sentence.findings[0].end if sentence.findings else len(sentence.text)
    return findings.strip(), sentence.text[:end]


def overlay(film: NDArray[np.uint8], box: Letterbox, patches: Map) -> Image.Image:
    """The part of the square `film` [S, S] that the image fills, with `patches` [G, G] in red: at most `LONGEST` px."""
    size = (film.shape[1], film.shape[0])
    heat = Image.fromarray(np.round(patches * 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grey, share = film.astype(np.float32), np.asarray(heat, np.float32) / 255
    red, rest = grey + (255 - grey) * share, grey * (1 - share / 2)
    coloured = Image.fromarray(np.stack([red, rest, rest], axis=-1).astype(np.uint8))
    (width, height), (left, top) = box.inner, box.offset
    cut = coloured.crop((left, top, left + width, top + height))
    scale = min(1.0, LONGEST / max(box.width, box.height))
    return cut.resize((round(box.width * scale), round(box.height * scale)), Image.Resampling.BICUBIC)


def save_picture(picture: Image.Image, path: Path) -> None:
    """Write a PNG, whole or not at all. Raises SightlineError where that is not possible."""
    draft = path.with_name(f".{path.name}.part")
    try:
        picture.save(draft, format="PNG")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SightlineError(f"`{path}`: cannot be written ({error.strerror}), choose another place.") from error
