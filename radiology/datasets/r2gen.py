"""The split of Open-i that report generation is compared on (2,069 train, 296 val, 590 test), from R2Gen's file.

The reference is its `report`; findings are read from that text. Of a study's films the first counts as frontal and the
second as lateral, as the literature has it: the file does not say. Files: `annotation.json` and `images/ID/0.png`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from radiology.datasets.json_file import json_objects
from radiology.datasets.pictures import MISSING, is_there, picture_view
from radiology.datasets.source import Item
from radiology.reading.report import merge, read_mentions
from radiology.study import Case, Projection, Report, Study, View

ANNOTATION = "annotation.json"
SPLITS = ("train", "val", "test")
NO_REPORT = "entry without an id or a report"
_PROJECTIONS = (Projection.UNKNOWN, Projection.LATERAL)


def annotated_items(file: Path, source: str, licence: str) -> Iterator[Item]:
    """The cases of `file`, whose films lie in `images` beside it. Raises SightlineError for another file."""
    for split in SPLITS:
        make = partial(Case, source=source, licence=licence, split=split)
        yield from (_item(entry, file.parent / "images", make) for entry in json_objects(file, split))


def _item(entry: Mapping[str, Any], images: Path, make: Callable[..., Case]) -> Item:
    """The part of an id before `_` is the report's number, which names the patient."""
    name, text = entry.get("id"), entry.get("report")
    if not isinstance(name, str) or not isinstance(text, str) or not text.strip():
        return NO_REPORT
    study = Study(study_id=name, patient_id=name.partition("_")[0], views=_views(images, entry.get("image_path")))
    if study.view(True) is None:
        return MISSING
    report = Report(findings=text.strip())
    findings = merge(mention.finding for mention in read_mentions(report))
    return make(study=study, report=report, findings=findings), ()


def _views(images: Path, names: object) -> tuple[View, ...]:
    """Those films that are here and readable."""
    paths = [images / str(name) for name in (names if isinstance(names, list) else [names])]
    views = (_view(path.absolute(), place) for place, path in enumerate(paths) if is_there(path))
    return tuple(view for view in views if view is not None)


def _view(path: Path, place: int) -> View | None:
    if place < len(_PROJECTIONS):
        return picture_view(path, _PROJECTIONS[place])
    return picture_view(path, name=f"frontal{place}")
