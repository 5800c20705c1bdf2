"""A case as it is stored: without identity, with what its film looks like and where it lies in the embedder's space."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.engine.protocol import GrayImage
from radiology.datasets.duplicates import thumbnail
from radiology.datasets.jsonl import with_paths
from radiology.datasets.split import split_by_rule
from radiology.imaging.chosen import film_of
from radiology.imaging.deid.cases import Lines
from radiology.imaging.deid.known import Known
from radiology.imaging.deid.secret import Secret
from radiology.imaging.deid.tally import Tally
from radiology.imaging.deid.text import scrubbed
from radiology.study import Case, Finding, Projection
from radiology.timeline.known import known_findings
from retrieval.store.copies import hash_of
from retrieval.store.filter import patient_hash

THUMBNAIL = 256
"""Longer side in pixels of what a person is shown."""
Vector = NDArray[np.float32]
"""[D] of unit length."""


@dataclass(frozen=True)
class Film:
    """What is kept of a film: `pixels` names exactly these, `thumbnail` is PNG, `look` SIDE * SIDE grey values by
    which copies are told (`radiology.datasets.duplicates`), `hash` what finds films that may be."""

    pixels: str
    thumbnail: bytes
    look: bytes
    hash: bytes


@dataclass(frozen=True)
class Record:
    """`case` has no identity; `findings` are those it lists, else those of its report; `given` names the case as it
    came, so that a change of it is noticed; `split` is the part of its set that it belongs to."""

    case: Case
    findings: tuple[Finding, ...]
    given: str
    split: str
    film: Film
    vector: Vector

    @property
    def body(self) -> str:
        return self.case.model_dump_json(exclude_defaults=True)

    @property
    def blob(self) -> bytes:
        return np.ascontiguousarray(self.vector, dtype=np.float32).tobytes()

    @property
    def view(self) -> Projection:
        view = film_of(self.case.study)
        return view.projection if view else Projection.UNKNOWN

    @property
    def checksum(self) -> int:
        return checksum(self.body, self.film.thumbnail, self.film.look, self.blob)


def record_of(case: Case, image: GrayImage, vector: Vector) -> Record:
    """The record of a case found by the film `image` [H, W]."""
    kept = without_identity(case)
    return Record(kept, known_findings(kept), given_as(case), split_by_rule(case), film_of_image(image), vector)


def film_of_image(image: GrayImage) -> Film:
    small = Image.fromarray(image)
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    stream = io.BytesIO()
    small.save(stream, "PNG", compress_level=1)
    look = thumbnail(image)
    return Film(pixel_hash(image), stream.getvalue(), look, hash_of(look).tobytes())


def pixel_hash(image: GrayImage) -> str:
    """Equal for equal pixels, whatever file holds them."""
    return hashlib.sha256(repr(image.shape).encode() + image.tobytes()).hexdigest()


def given_as(case: Case) -> str:
    """A one-way name of all that a case says, but for where its films are."""
    said = with_paths(case, lambda _: "").model_dump_json(exclude_defaults=True)
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]


def without_identity(case: Case) -> Case:
    """The case with its patient's hash, without priors and paths, its texts scrubbed as de-identification does it.

    Study id and date stay: by the one a case is known, by the other it is filtered.
    """
    labels = {"source": case.source, "licence": case.licence, "split": case.split}
    alone = {"study": case.study.model_copy(update={"priors": ()}), **dict.fromkeys(labels, "")}
    clean = Lines(_NO_KEY, Tally(), moved=lambda _: "").case(case.model_copy(update=alone))
    own = {"study_id": case.study.study_id, "date": case.study.date, "patient_id": patient_hash(case.study.patient_id)}
    told = {name: _label(text) for name, text in labels.items()}
    return clean.model_copy(update={"study": clean.study.model_copy(update=own), **told})


_NO_KEY = Secret(b"")
"""The names that it makes are replaced."""


@lru_cache(maxsize=1024)
def _label(text: str) -> str:
    """Of a whole set, so scrubbed once."""
    return scrubbed(text, Known(), lambda _: None)


def checksum(body: str, picture: bytes, look: bytes, vector: bytes) -> int:
    value = 0
    for part in (body.encode(errors="surrogatepass"), picture, look, vector):
        value = zlib.crc32(part, value)
    return value
