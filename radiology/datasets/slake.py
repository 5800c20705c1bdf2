"""SLAKE: questions about films, CT and MR of the whole body, those in English. One case an image.

A question's topic is its content type in lower case (`abnormality`, `organ`, `position`, ...). Splits are the official
ones, by image. Files: `train.json`, `validate.json`, `test.json` and `imgs/xmlab1/source.jpg`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from radiology.datasets.json_file import json_objects
from radiology.datasets.pictures import MISSING, UNREADABLE, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.study import Case, Question, Study

NAME = "slake"
LICENCE = "CC BY 4.0"
NOT_ENGLISH = "no question in English"
_FILES = {"train": ("train.json",), "val": ("validate.json", "validation.json"), "test": ("test.json",)}
_TOPICS = {"kg": "knowledge graph"}
"""Content types that are called something else here."""
_FIELDS = ("img_name", "question", "answer", "q_lang", "answer_type", "content_type")


def _items(folder: Path) -> Iterator[Item]:
    for split, names in _FILES.items():
        for file in [folder / name for name in names if (folder / name).exists()][:1]:
            for image, asked in _by_image(file).items():
                yield _item(folder / "imgs" / image, [row for row in asked if row["q_lang"] == "en"], split)


def _by_image(file: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Raises SightlineError naming the first entry that lacks a field."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(json_objects(file), start=1):
        missing = sorted(set(_FIELDS) - row.keys())
        if missing:
            raise SightlineError(f"`{file}`: entry {number} has no {missing[0]}, name a file of SLAKE.")
        found.setdefault(str(row["img_name"]), []).append(row)
    return found


def _item(picture: Path, asked: Sequence[Mapping[str, Any]], split: str) -> Item:
    """The folder of the image (`xmlab1`) names the study."""
    if not asked:
        return NOT_ENGLISH
    if not picture.exists():
        return MISSING
    view = picture_view(picture.absolute())
    if view is None:
        return UNREADABLE
    name = picture.parent.name
    study = Study(study_id=name, patient_id=name, views=(view,))
    case = Case(study=study, source=NAME, licence=LICENCE, split=split)
    return case, tuple(_question(name, row) for row in asked)


def _question(study_id: str, row: Mapping[str, Any]) -> Question:
    topic = str(row["content_type"]).strip().lower()
    return Question(
        study_id=study_id,
        text=" ".join(str(row["question"]).split()),
        answer=" ".join(str(row["answer"]).split()),
        kind="closed" if str(row["answer_type"]).strip().upper() == "CLOSED" else "open",
        topic=_TOPICS.get(topic, topic),
    )


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(f"`{path}`: is no folder, name the one that holds `train.json` and `imgs` of SLAKE.")
    return gather(path, _items(path), "`train.json`, `validate.json` or `test.json` with `imgs`")


SOURCE = Source(
    name=NAME,
    title="SLAKE (English)",
    licence=LICENCE,
    citation="Liu et al., SLAKE: a semantically-labeled knowledge-enhanced dataset for medical visual question "
    "answering, ISBI 2021",
    load=_load,
    layout="`train.json`, `validate.json`, `test.json` and `imgs/`",
    obtain="https://www.med-vqa.com/slake",
)
