"""What CheXpert and CheXpert Plus share: films that lie by patient and study, and the names in their paths.

`train/patient00001/study1/view1_frontal.jpg`: part, patient, study, view (Irvin et al., AAAI 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from radiology.datasets.cells import pa_or_ap
from radiology.datasets.pictures import MISSING, UNREADABLE, is_there, picture_view
from radiology.study import Projection, View

NO_STUDY = "row whose path names no study"
_PATH = re.compile(r"(?:^|/)(?P<part>train|valid|test)/(?P<patient>patient\d+)/(?P<study>study\d+)/(?P<view>[^/]+)$")
_PARTS = {"train": "train", "valid": "val", "test": "test"}
_DEPTH = 3
_SUFFIXES = (".png", ".jpg", ".dcm")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a film lies below a folder of the parts, and whose it is."""

    path: str
    patient: str
    study: str
    split: str


def place_of(path: str) -> Place | None:
    """Of a path in a table; None for one that names no patient and study."""
    found = _PATH.search(path.strip())
    if found is None:
        return None
    inner = found[0].lstrip("/")
    return Place(inner, found["patient"], f"{found['patient']}-{found['study']}", _PARTS[found["part"]])


def part_folders(folder: Path) -> list[Path]:
    """The folders in `folder`, at most three levels down, in which a folder of a part lies."""
    return [found for found in _walk(folder, _DEPTH) if any((found / part).is_dir() for part in _PARTS)]


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    yield folder
    if depth:
        for inner in sorted(each for each in folder.iterdir() if each.is_dir() and each.name not in _PARTS):
            yield from _walk(inner, depth - 1)


def film_of(places: Sequence[str], roots: Sequence[Path], projection: Projection) -> View | str:
    """The film at one of `places` (paths below a root, of any of the formats), or why there is none."""
    named = (root / place for root in roots for place in places)
    path = next((p for file in named for end in _SUFFIXES if is_there(p := file.with_suffix(end))), None)
    if path is None:
        return MISSING
    return picture_view(path.absolute(), projection) or UNREADABLE


def projection_of(row: Mapping[str, str], side: str, position: str) -> Projection:
    """By the columns Frontal/Lateral and AP/PA, whatever they are called."""
    if row[side].strip().lower() == "lateral":
        return Projection.LATERAL
    return pa_or_ap(row[position])
