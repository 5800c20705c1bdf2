"""The images of one row of anybody's table, by its mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radiology.datasets.cells import OTHER_VIEW, projection_of_word, text_of
from radiology.datasets.mapping import ColumnMap
from radiology.datasets.pictures import MISSING, UNREADABLE, is_there, picture_view, store_picture
from radiology.datasets.table_rows import Row
from radiology.study import Projection, View


@dataclass(frozen=True, slots=True)
class RowImage:
    """Where it is, what the table calls it, and its projection: None for one that is no standard view."""

    path: Path
    name: str
    projection: Projection | None


def row_images(row: Row, mapping: ColumnMap, folder: Path, workdir: Path) -> Iterator[RowImage]:
    """Of all image columns; a cell may hold a list, and the cell of `view` one as long."""
    told = row[mapping.view] if mapping.view else None
    for column, stated in mapping.image.items():
        cells = row[column] if isinstance(row[column], list) else [row[column]]
        words = told if isinstance(told, list) else [told] * len(cells)
        for place, cell in enumerate(cells):
            found = _located(cell, folder, workdir)
            if found is not None:
                word = text_of(words[place]) if place < len(words) else ""
                yield RowImage(*found, stated or projection_of_word(word, mapping.view_names))


def usable_views(images: Sequence[RowImage], reasons: list[str]) -> Iterator[View]:
    """The images that are there; why others are left out is added to `reasons`."""
    for image in images:
        if image.projection is None:
            reasons.append(OTHER_VIEW)
            continue
        view = picture_view(image.path, image.projection)
        if view is None:
            reasons.append(UNREADABLE if is_there(image.path) else MISSING)
        else:
            yield view


def name_of(images: Sequence[RowImage]) -> str:
    """A name for a study that has none: the same for the same images, "" for none."""
    names = sorted({image.name for image in images})
    return names[0] if len(names) == 1 else _hash("\n".join(names).encode()) if names else ""


def _located(cell: Any, folder: Path, workdir: Path) -> tuple[Path, str] | None:
    """Path and name of a path, of bytes, or of {bytes, path}; None for an empty cell.

    Bytes are stored under their own hash, so an image is there once; a path from `/` is called by its hash.
    """
    data, path = (cell.get("bytes"), cell.get("path")) if isinstance(cell, dict) else (None, cell)
    data, path = (path, None) if isinstance(path, bytes) else (data, path)
    if data:
        name = _hash(data)
        return store_picture(data, workdir, name), name
    text = text_of(path)
    return ((folder / text).absolute(), _hash(text.encode()) if Path(text).is_absolute() else text) if text else None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]
