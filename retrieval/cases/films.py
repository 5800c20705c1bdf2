"""The film by which a case is found, and whether two cases are found by the same one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mllm.engine.protocol import GrayImage
from radiology.datasets.duplicates import thumbnail
from radiology.errors import SightlineError
from radiology.imaging.chosen import film_of
from radiology.imaging.pixels import read_pixels
from radiology.study import Study
from retrieval.store.copies import copies_among
from retrieval.store.store import CaseStore


def read_film(study: Study) -> GrayImage:
    """[H, W] of the frontal, else of the lateral. Raises SightlineError where there is none that can be read."""
    view = film_of(study)
    if view is None:
        raise SightlineError(f"`{study.study_id}`: has no view, a case needs one image.")
    try:
        return read_pixels(Path(view.path))
    except OSError as error:
        raise SightlineError(f"`{view.path}`: cannot be read ({error.strerror}), check the file.") from error


def film_or_none(study: Study) -> GrayImage | None:
    """As `read_film`, None where there is nothing to read."""
    try:
        return read_film(study)
    except SightlineError:
        return None


def without_copies(store: CaseStore, film: GrayImage, rows: Sequence[int]) -> list[int]:
    """Those of `rows` that do not show `film`."""
    looks = store.looks(rows)
    there = [row for row in rows if row in looks]
    same = set(copies_among(thumbnail(film), [looks[row] for row in there]))
    return [row for place, row in enumerate(there) if place not in same]
