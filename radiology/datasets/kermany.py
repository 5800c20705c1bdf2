"""Kermany's paediatric chest films (one to five years old): normal or pneumonia.

Files: the Parquet form, or the publisher's folders `train|test|val/NORMAL|PNEUMONIA/*.jpeg`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from radiology.datasets.parquet import parquet_rows
from radiology.datasets.pictures import UNREADABLE, index_pictures, picture_view, stored_image
from radiology.datasets.source import Item, Source, load_either
from radiology.study import Case, Certainty, Finding, Study

NAME = "kermany"
LICENCE = "CC BY 4.0"
_COLUMNS = ("image", "image_id", "patient_id", "label")
_ILL = re.compile(r"person(\d+)_")
_NORMAL = re.compile(r"IM-(\d+)")


def _patient(image_id: str) -> str:
    """`P12` of `person12_virus_3`, `0115` of `NORMAL2-IM-0115-0001`, the name itself of any other."""
    if ill := _ILL.match(image_id):
        return f"P{ill[1]}"
    normal = _NORMAL.search(image_id)
    return normal[1] if normal else image_id


def _item(picture: Path, image_id: str, patient_id: str, normal: bool, split: str) -> Item:
    view = picture_view(picture)
    if view is None:
        return UNREADABLE
    finding = Finding(name="pneumonia", certainty=Certainty.ABSENT if normal else Certainty.PRESENT)
    study = Study(study_id=image_id, patient_id=patient_id, views=(view,))
    return Case(study=study, findings=(finding,), source=NAME, licence=LICENCE, split=split), ()


def _from_parquet(file: Path, workdir: Path) -> Iterator[Item]:
    for row in parquet_rows(file, _COLUMNS):
        picture = stored_image(row, workdir)
        yield _item(picture, row["image_id"], row["patient_id"], row["label"] == "normal", "custom")


def _as_published(folder: Path) -> Iterator[Item]:
    for image_id, picture in sorted(index_pictures(folder).items()):
        kind, part = picture.parent.name, picture.parent.parent.name
        if kind in ("NORMAL", "PNEUMONIA"):
            yield _item(picture, image_id, _patient(image_id), kind == "NORMAL", "test" if part == "test" else "custom")


SOURCE = Source(
    name=NAME,
    title="Paediatric pneumonia (Kermany)",
    licence=LICENCE,
    citation="Kermany et al., Identifying medical diagnoses and treatable diseases by image-based deep learning, "
    "Cell 172, 2018",
    load=load_either(_from_parquet, _as_published, "Parquet or folders `NORMAL` and `PNEUMONIA`"),
    layout="folders `train|val|test/NORMAL|PNEUMONIA`, or Parquet",
    tried="4,551 films, as Parquet",
    obtain="https://data.mendeley.com/datasets/rscbjbr9sj",
)
