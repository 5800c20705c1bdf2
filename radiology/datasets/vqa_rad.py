"""VQA-RAD: clinicians' questions about films, CT and MR of head, chest and abdomen. One case an image.

The official test questions are about images that training questions use too, so splits are by image. A question's topic
is the organ as the publisher writes it (`CHEST`, `HEAD`, `ABD`). Files: the Parquet form, or the publisher's JSON file
with a folder of images.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from radiology.datasets.json_file import json_objects
from radiology.datasets.parquet import parquet_rows
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view, stored_image
from radiology.datasets.source import Item, Source, load_either
from radiology.errors import SightlineError
from radiology.study import Case, Question, Study

NAME = "vqa_rad"
LICENCE = "CC0 1.0"
_COLUMNS = ("image", "image_id", "organ", "qas")
_FIELDS = ("image_name", "image_organ", "question", "answer", "answer_type")


def _item(picture: Path, image_id: str, organ: str, asked: Iterable[Mapping[str, Any]]) -> Item:
    view = picture_view(picture)
    if view is None:
        return UNREADABLE
    study = Study(study_id=image_id, patient_id=image_id, views=(view,))
    questions = tuple(_question(image_id, organ, qa) for qa in asked)
    return Case(study=study, source=NAME, licence=LICENCE), questions


def _question(image_id: str, organ: str, qa: Mapping[str, Any]) -> Question:
    """Answers may be numbers in the publisher's file."""
    return Question(
        study_id=image_id,
        text=" ".join(str(qa["question"]).split()),
        answer=" ".join(str(qa["answer"]).split()),
        kind="closed" if str(qa["answer_type"]).strip() == "CLOSED" else "open",
        topic=organ,
    )


def _from_parquet(file: Path, workdir: Path) -> Iterator[Item]:
    for row in parquet_rows(file, _COLUMNS):
        picture = stored_image(row, workdir)
        yield _item(picture, row["image_id"], row["organ"], row["qas"])


def _as_published(folder: Path) -> Iterator[Item]:
    pictures = index_pictures(folder)
    images: dict[str, list[Mapping[str, Any]]] = {}
    for row in _rows(folder):
        images.setdefault(Path(str(row["image_name"])).stem, []).append(row)
    for image_id, rows in images.items():
        picture = pictures.get(image_id)
        yield _item(picture, image_id, str(rows[0]["image_organ"]).strip(), rows) if picture else MISSING


def _rows(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Raises SightlineError naming the first entry that lacks a field."""
    for file in sorted(folder.glob("*.json"))[:1]:
        for number, row in enumerate(json_objects(file), start=1):
            missing = sorted(set(_FIELDS) - row.keys())
            if missing:
                raise SightlineError(f"`{file}`: entry {number} has no {missing[0]}, name the file of VQA-RAD.")
            yield row


SOURCE = Source(
    name=NAME,
    title="VQA-RAD",
    licence=LICENCE,
    citation="Lau et al., A dataset of clinically generated visual questions and answers about radiology images, "
    "Scientific Data 5, 2018",
    load=load_either(_from_parquet, _as_published, "Parquet or the JSON file of VQA-RAD with its images"),
    layout="the JSON file with its images, or Parquet",
    tried="258 images, as Parquet",
    obtain="https://osf.io/89kps",
)
