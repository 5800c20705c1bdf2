"""ImageCLEF VQA-Med 2019: modality, plane, organ and abnormality of MedPix pictures. One case an image.

A question's topic is its category. Splits are the official ones. Files: the Parquet form (`train`, `val`),
or the publisher's `QAPairsByCategory/C1_Modality_train.txt` and so on (image|question|answer) and the test file with
reference answers (image|category|question|answer), with the images below the same folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from radiology.datasets.parquet import parquet_rows
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view, stored_image
from radiology.datasets.source import Item, Source, load_either
from radiology.study import Case, Question, Study

NAME = "vqa_med_2019"
LICENCE = "CC BY 4.0"
NO_QUESTION = "line that is no question"
Asked = tuple[str, str, str]
"""Category, question, answer."""
_COLUMNS = ("image", "image_id", "qas")
_BY_CATEGORY = re.compile(r"C\d_([A-Za-z]+)_(train|val)\.txt", re.IGNORECASE)
_TEST = re.compile(r".*test.*answers.*\.txt", re.IGNORECASE)


def _item(picture: Path, image_id: str, asked: Iterable[Asked], split: str) -> Item:
    view = picture_view(picture)
    if view is None:
        return UNREADABLE
    study = Study(study_id=image_id, patient_id=image_id, views=(view,))
    return Case(study=study, source=NAME, licence=LICENCE, split=split), tuple(_question(image_id, a) for a in asked)


def _question(image_id: str, asked: Asked) -> Question:
    category, question, answer = (" ".join(text.split()) for text in asked)
    kind = "closed" if answer.lower() in ("yes", "no") else "open"
    return Question(study_id=image_id, text=question, answer=answer, kind=kind, topic=category.lower())


def _split(part: str) -> str:
    return part if part in ("train", "val", "test") else "custom"


def _from_parquet(file: Path, workdir: Path) -> Iterator[Item]:
    for row in parquet_rows(file, _COLUMNS):
        picture = stored_image(row, workdir)
        asked = [(qa["category"], qa["question"], qa["answer"]) for qa in row["qas"]]
        yield _item(picture, row["image_id"], asked, _split(file.stem))


def _as_published(folder: Path) -> Iterator[Item]:
    pictures = index_pictures(folder)
    images: dict[tuple[str, str], list[Asked]] = {}
    for line in _lines(folder):
        if isinstance(line, str):
            yield line
        else:
            images.setdefault(line[:2], []).append(line[2])
    for (part, image_id), questions in images.items():
        picture = pictures.get(image_id)
        yield _item(picture, image_id, questions, _split(part)) if picture else MISSING


def _lines(folder: Path) -> Iterator[tuple[str, str, Asked] | str]:
    """Part (train, val, test), image and what is asked of it, from every question file in `folder` and below, or why
    a line asks nothing."""
    for file in sorted(folder.rglob("*.txt")):
        category = _BY_CATEGORY.fullmatch(file.name)
        if category is None and not _TEST.fullmatch(file.name):
            continue
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            cells = line.split("|")
            if category and len(cells) == 3:
                yield category[2].lower(), cells[0], (category[1], cells[1], cells[2])
            elif category is None and len(cells) >= 4:
                yield "test", cells[0], (cells[1], cells[2], cells[3])
            elif line.strip():
                yield NO_QUESTION


SOURCE = Source(
    name=NAME,
    title="VQA-Med 2019",
    licence=LICENCE,
    citation="Ben Abacha et al., VQA-Med: overview of the medical visual question answering task at ImageCLEF 2019",
    load=load_either(_from_parquet, _as_published, "Parquet or the question files of VQA-Med 2019 with its images"),
    layout="the question files with their images, or Parquet",
    tried="3,691 images, as Parquet",
    obtain="https://www.imageclef.org/2019/medical/vqa",
)
