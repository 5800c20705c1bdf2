"""The films of a case, small enough for a page of hundreds: data addresses, and the boxes that lie on them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from eval.metrics.grounding import Named, named_boxes
from eval.report.marks import Kind, Label, Mark, labels_of, marks_of
from radiology.errors import SightlineError
from radiology.imaging.chosen import frontal_of, prior_with_film
from radiology.imaging.pixels import read_pixels
from radiology.study import Finding, Projection, Study, View

LONGEST = 320
"""Longer side of a shown film in px."""
QUALITY = 70

_NAMES = {
    Projection.PA: "Frontal, PA",
    Projection.AP: "Frontal, AP",
    Projection.LATERAL: "Lateral",
    Projection.UNKNOWN: "Image",
}


@dataclass(frozen=True)
class Film:
    """`view` is the id its boxes carry; `uri` is a WebP picture, shown with `width` x `height` px."""

    view: str
    name: str
    uri: str
    width: float
    height: float
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()

    @property
    def alt(self) -> str:
        """The film in words, boxes included."""
        kinds = dict.fromkeys(label.kind for label in self.labels)
        told = (f"{kind} boxes: {', '.join(each.text for each in self.labels if each.kind == kind)}" for kind in kinds)
        return "; ".join((self.name, *told))


def case_films(study: Study, truth: Iterable[Finding], predicted: Iterable[Finding]) -> tuple[Film, ...]:
    """All views of the study and the frontal of the prior that is shown; a film that cannot be read is left out."""
    true, said = named_boxes(truth), named_boxes(predicted)
    return tuple(film for key, name, view in _shown(study) for film in _film(key, name, view, true, said))


def _shown(study: Study) -> Iterator[tuple[str, str, View]]:
    for view in study.views:
        yield view.id, _NAMES[view.projection], view
    prior = prior_with_film(study)
    if prior is not None and (old := frontal_of(prior.study)) is not None:
        yield f"prior/{old.id}", "Prior film", old


def _film(key: str, name: str, view: View, true: list[Named], said: list[Named]) -> Iterator[Film]:
    try:
        image = _small(read_pixels(Path(view.path)))
    except (SightlineError, OSError):
        return
    scale = LONGEST / max(image.size)
    size = image.width * scale, image.height * scale
    boxes: tuple[tuple[Kind, list[Named]], ...] = (("truth", true), ("predicted", said))
    marks = tuple(
        mark for kind, some in boxes for mark in marks_of(kind, ((n, b) for n, b in some if b.view == key), size)
    )
    yield Film(key, name, _uri(image), *size, marks, labels_of(marks, size))


def _small(pixels: NDArray[np.uint8]) -> Image.Image:
    image = Image.fromarray(pixels)
    image.thumbnail((LONGEST, LONGEST))
    return image


def _uri(image: Image.Image) -> str:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode()}"
