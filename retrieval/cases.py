"""A case base in a folder: build it, describe it, search it.

The folder holds `cases.sqlite` (the truth) and an index made from it. A build that was interrupted goes on where it
stopped; a missing or outdated index is made again from the store when the folder is opened.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.draft.retriever import Retriever, SimilarCase
from mllm.engine.protocol import GrayImage
from mllm.model.perception import Perception
from radiology.errors import SightlineError
from radiology.imaging.chosen import film_of
from radiology.imaging.intake import read_studies
from radiology.imaging.letterbox import letterbox
from radiology.imaging.pixels import read_pixels
from radiology.study import Case, Noun, Study, View
from retrieval.index import CaseIndex, read_header
from retrieval.store import CaseStore, Row

BATCH = 16
THUMBNAIL = 256
"""Longer side of a thumbnail in pixels."""


class Summary(Noun):
    """What a build did: every case given is `added`, `known` (stored before), `duplicate` (same image) or `failed`."""

    added: int
    known: int
    duplicate: int
    failed: int
    total: int
    """Cases in the base afterwards."""


class Info(Noun):
    """What a case base is: `sources` counts cases by "source (licence)"; `indexed` counts the vectors on disk."""

    folder: str
    count: int
    indexed: int
    embedder_id: str
    sources: dict[str, int]


def build_cases(
    cases: Sequence[Case],
    perception: Perception,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Embed the cases that are not in `folder` yet and index them all; `progress` gets (done, of how many).

    Each batch is one transaction, so an interrupted build loses at most `BATCH` cases of work. Raises SightlineError
    when the folder's cases were embedded by another model, or when not one image could be read.
    """
    store = _store(folder)
    store.create(perception.embedder_id)
    before = store.studies()
    new = list({case.study.study_id: case for case in cases if case.study.study_id not in before}.values())
    done, added, failed = len(cases) - len(new), 0, 0
    for part in _batches(new):
        rows = _embed(part, perception)
        added += store.add(rows)
        failed += len(part) - len(rows)
        done += len(part)
        if progress is not None:
            progress(done, len(cases))
    if failed and failed == len(cases):
        raise SightlineError(f"`{cases[0].study.study_id}`: no image of it or of any other case could be read.")
    _from_store(store).save(folder)
    duplicate = len(new) - added - failed
    return Summary(added=added, known=len(cases) - len(new), duplicate=duplicate, failed=failed, total=len(store))


def info(folder: Path) -> Info:
    """Raises SightlineError when `folder` is no case base."""
    store, header = _store(folder), read_header(folder)
    return Info(
        embedder_id=store.embedder_id,
        folder=str(folder),
        count=len(store),
        indexed=header.count if header else 0,
        sources=store.sources(),
    )


def search(folder: Path, image: Path, perception: Perception, k: int = 5) -> tuple[SimilarCase, ...]:
    """The cases most like one image file (DICOM, PNG, JPEG), best first, never of its own patient."""
    return similar_to(read_studies([image])[0], CaseRetriever(folder, perception), perception, k)


def similar_to(study: Study, retriever: Retriever, perception: Perception, k: int) -> tuple[SimilarCase, ...]:
    """The cases most like a study's frontal (else its lateral) view, best first."""
    view = read_pixels(Path(_view(study).path))
    seen = perception.see([letterbox(view, perception.image_size)[0]])[0]
    return retriever.similar(study, seen.embedding, k)


class CaseRetriever:
    """Similar cases of one folder, for `mllm.draft`; safe to share between threads.

    Raises SightlineError when the folder is no case base, or one that another model embedded.
    """

    def __init__(self, folder: Path, perception: Perception) -> None:
        self._store = _store(folder)
        self._store.require(perception.embedder_id)
        index = CaseIndex.load(folder, perception.embedder_id)
        current = index is not None and (len(index), index.last_id) == (len(self._store), self._store.last_id)
        self._index = index if index is not None and current else _from_store(self._store)

    def similar(self, study: Study, embedding: NDArray[np.float32], k: int) -> tuple[SimilarCase, ...]:
        """At most `k` cases nearest to `embedding` [D], best first; never of `study`'s patient, never `study`."""
        hits = self._index.search(embedding, k, exclude=self._store.rows_of(study.patient_id, study.study_id))
        cases = self._store.cases([row for row, _ in hits])
        return tuple(SimilarCase(cases[row], min(score, 1.0)) for row, score in hits if row in cases)

    def thumbnail(self, study_id: str) -> bytes:
        """PNG bytes; raises KeyError for a study that is not in the base."""
        found = self._store.thumbnail(study_id)
        if found is None:
            raise KeyError(study_id)
        return found


def _store(folder: Path) -> CaseStore:
    return CaseStore(folder / "cases.sqlite")


def _from_store(store: CaseStore) -> CaseIndex:
    ids, vectors = store.embeddings()
    return CaseIndex(store.embedder_id, ids, vectors)


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    for start in range(0, len(cases), BATCH):
        yield cases[start : start + BATCH]


def _embed(cases: Sequence[Case], perception: Perception) -> list[Row]:
    """Rows of the cases whose image can be read."""
    readable = [(case, image) for case in cases if (image := _image(case)) is not None]
    percepts = perception.see([letterbox(image, perception.image_size)[0] for _, image in readable])
    return [
        Row(case, _pixel_hash(image), _thumbnail(image), percept.embedding)
        for (case, image), percept in zip(readable, percepts, strict=True)
    ]


def _image(case: Case) -> GrayImage | None:
    """The view a case is found by, [H, W], or None when its file cannot be read."""
    try:
        return read_pixels(Path(_view(case.study).path))
    except (SightlineError, OSError):
        return None


def _view(study: Study) -> View:
    view = film_of(study)
    if view is None:
        raise SightlineError(f"`{study.study_id}`: has no view, a case needs one image.")
    return view


def _pixel_hash(image: GrayImage) -> str:
    return hashlib.sha256(repr(image.shape).encode() + image.tobytes()).hexdigest()


def _thumbnail(image: GrayImage) -> bytes:
    small = Image.fromarray(image)
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return stream.getvalue()
