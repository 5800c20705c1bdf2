"""The films of a study as HTML: rendered here, because a browser shows no DICOM, with each sentence's boxes on top:
those the draft drew, and, dashed, those that the heads see as its evidence."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from radiology.export.marks import Mark, seen
from radiology.imaging.chosen import frontal_of, prior_with_film
from radiology.imaging.pixels import read_pixels
from radiology.study import Box, DraftSentence, Projection, Study, View

LONGEST = 1024
"""Longer side of a shown film in pixels."""

_NAMES = {
    Projection.PA: "Frontal, PA",
    Projection.AP: "Frontal, AP",
    Projection.LATERAL: "Lateral",
    Projection.UNKNOWN: "Frontal, projection not stated",
}


@dataclass(frozen=True)
class Film:
    """A view as shown: `view` is the id its boxes carry, `uri` the image as a data address, `ratio` width by height."""

    view: str
    name: str
    uri: str
    ratio: float


def films(study: Study) -> tuple[Film, ...]:
    """All current views, then the frontal of the latest prior, whose boxes are called `prior/VIEW`.

    Raises SightlineError when a file cannot be read.
    """
    return tuple(_film(key, name, read_pixels(Path(view.path))) for key, name, view in _shown(study))


def render_films(shown: Sequence[Film], sentences: Sequence[DraftSentence] = ()) -> str:
    """Figures with numbered boxes; `data-sentence` ties a box to the cards of its sentences."""
    if not shown:
        return '<div class="sl-film sl-empty"><p>No film yet. Drop one above, or choose an example.</p></div>'
    marks = _marks(sentences)
    figures = "".join(_figure(film, [mark for mark in marks if mark.box.view == film.view]) for film in shown)
    return f'<div class="sl-film" data-count="{len(shown)}">{figures}{_legend(marks)}</div>'


def _shown(study: Study) -> Iterator[tuple[str, str, View]]:
    for view in study.views:
        yield view.id, _NAMES[view.projection], view
    prior = prior_with_film(study)
    if prior is not None and (old := frontal_of(prior.study)) is not None:
        when = f" of {prior.study.date.isoformat()}" if prior.study.date else ""
        yield f"prior/{old.id}", f"Prior film{when}", old


def _marks(sentences: Sequence[DraftSentence]) -> list[Mark]:
    """Each box once, those on the prior's film too; what the heads see above the larger boxes that a draft drew."""
    numbers: dict[tuple[bool, Box], list[int]] = {}
    for number, sentence in enumerate(sentences, 1):
        for key in (*((False, box) for box in sentence.boxes), *((True, box) for box in seen(sentence))):
            numbers.setdefault(key, []).append(number)
    found = [Mark(tuple(dict.fromkeys(those)), box, by_heads) for (by_heads, box), those in numbers.items()]
    return sorted(found, key=lambda mark: mark.seen)


def _legend(marks: Sequence[Mark]) -> str:
    """What the lines mean, where there are any."""
    drawn = '<span class="sl-key">Solid: boxes of the draft.</span>'
    by_heads = '<span class="sl-key sl-seen">Dashed: what the heads see.</span>'
    kinds = {mark.seen for mark in marks}
    lines = [line for kind, line in ((False, drawn), (True, by_heads)) if kind in kinds]
    return f'<p class="sl-legend">{" ".join(lines)} Numbers: the sentences.</p>' if lines else ""


def _figure(film: Film, marks: Iterable[Mark]) -> str:
    boxes = "".join(map(_box, marks))
    name = escape(film.name)
    return (
        f'<figure><div class="sl-plate" style="--ratio:{film.ratio:.4f}">'
        f'<img src="{film.uri}" alt="{name}">{boxes}</div>'
        f"<figcaption>{name}</figcaption></figure>"
    )


def _box(mark: Mark) -> str:
    box, numbers = mark.box, " ".join(map(str, mark.numbers))
    place = f"left:{box.x0:.2%};top:{box.y0:.2%};width:{box.x1 - box.x0:.2%};height:{box.y1 - box.y0:.2%}"
    name = f"Sentence {mark.label}: {'what the heads see' if mark.seen else 'box of the draft'}"
    return (
        f'<div class="sl-box{" sl-seen" if mark.seen else ""}" role="img" aria-label="{name}" '
        f'data-sentence="{numbers}" style="{place}"><span>{mark.label}</span></div>'
    )


def _film(view: str, name: str, pixels: NDArray[np.uint8]) -> Film:
    image = Image.fromarray(pixels)
    image.thumbnail((LONGEST, LONGEST))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    uri = f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
    return Film(view, name, uri, pixels.shape[1] / pixels.shape[0])
