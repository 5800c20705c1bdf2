"""MS-CXR: phrases of MIMIC-CXR reports, each with the boxes radiologists drew for it. One case a film.

A phrase is a present finding with its boxes, named by the category; its side, severity and so on are read from it.
It is also a question of topic `ground`: `text` the phrase, `name` the finding, `answer` the boxes (see `grounding`).
The set was published to evaluate with, so all of it is `test` unless the file has a split (from version 1.1.0).
Files: `MS_CXR_Local_Alignment_v*.csv` or `.json` beside the `files` of MIMIC-CXR, films as `.jpg` or `.dcm`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from radiology.datasets.chexpert import CHEXPERT_FINDINGS
from radiology.datasets.csv_rows import csv_rows
from radiology.datasets.grounding import GROUND, boxes_answer
from radiology.datasets.json_file import json_objects
from radiology.datasets.pictures import MISSING, UNREADABLE, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.reading.mentions import read_sentence
from radiology.study import Box, Case, Certainty, Finding, Question, Study

NAME = "ms_cxr"
LICENCE = "PhysioNet Credentialed Health Data License 1.5.0"
UNKNOWN_NAME = "phrase of an unknown category"
OUTSIDE = "box outside its film"
_FILES = "MS_CXR_Local_Alignment_v*"
_COLUMNS = ("path", "category_name", "label_text", "x", "y", "w", "h", "image_width", "image_height")
_PARTS = {"train": "train", "val": "val", "validate": "val", "validation": "val"}
_DIGITS = 5


class Line(NamedTuple):
    """One box of the file, in px of a film of `width` by `height`."""

    path: str
    category: str
    phrase: str
    box: tuple[float, float, float, float]
    width: float
    height: float
    split: str


def _items(path: Path) -> Iterator[Item]:
    file = _annotation(path)
    films: dict[str, list[Line]] = {}
    for line in _from_json(file) if file.suffix == ".json" else _from_csv(file):
        films.setdefault(line.path, []).append(line)
    for lines in films.values():
        yield from _film(file.parent, lines)


def _annotation(path: Path) -> Path:
    """The newest version in a folder, the CSV before the JSON."""
    if path.is_file():
        return path
    found = [file for end in (".csv", ".json") for file in sorted(path.glob(_FILES + end), reverse=True)]
    if not found:
        raise SightlineError(f"`{path}`: `{_FILES}.csv` or `.json` is missing, name the folder of MS-CXR.")
    return found[0]


def _film(folder: Path, lines: Sequence[Line]) -> Iterator[Item]:
    """The film's case, and a reason for each of its boxes that cannot be used."""
    place = folder / lines[0].path
    picture = next((file for end in (".jpg", ".dcm") if (file := place.with_suffix(end)).exists()), None)
    view = picture_view(picture.absolute()) if picture else None
    if view is None:
        yield UNREADABLE if picture else MISSING
        return
    phrases: dict[tuple[str, str], list[Box]] = {}
    for line in lines:
        name, box = CHEXPERT_FINDINGS.get(line.category), _box(line)
        if name is None or box is None:
            yield UNKNOWN_NAME if name is None else OUTSIDE
        else:
            phrases.setdefault((line.phrase, name), []).append(box)
    if phrases:
        study = Study(study_id=place.stem, patient_id=_patient(place), views=(view,))
        yield _case(study, phrases, lines[0].split), tuple(_question(study.study_id, *each) for each in phrases.items())


def _case(study: Study, phrases: dict[tuple[str, str], list[Box]], split: str) -> Case:
    findings = tuple(_finding(phrase, name, boxes) for (phrase, name), boxes in phrases.items())
    return Case(study=study, findings=findings, source=NAME, licence=LICENCE, split=split)


def _finding(phrase: str, name: str, boxes: Iterable[Box]) -> Finding:
    """What is boxed is present, however carefully the phrase says so."""
    read = (mention.finding for mention in read_sentence(phrase) if mention.finding.name == name)
    found = next(read, Finding(name=name))
    return found.model_copy(update={"certainty": Certainty.PRESENT, "boxes": tuple(boxes)})


def _question(study_id: str, about: tuple[str, str], boxes: Iterable[Box]) -> Question:
    phrase, name = about
    return Question(study_id=study_id, text=phrase, answer=boxes_answer(boxes), kind="open", topic=GROUND, name=name)


def _patient(place: Path) -> str:
    """As MIMIC-CXR calls it: of `files/p10/p10000032/s50414267/ID.jpg` the number of the third part."""
    return place.parent.parent.name.removeprefix("p")


def _box(line: Line) -> Box | None:
    """Cut at the edges of the film; None where nothing is left."""
    if min(line.width, line.height) <= 0:
        return None
    x, y, width, height = line.box
    x0, x1 = (_fraction(value, line.width) for value in (x, x + width))
    y0, y1 = (_fraction(value, line.height) for value in (y, y + height))
    return Box(view="frontal", x0=x0, y0=y0, x1=x1, y1=y1) if x0 < x1 and y0 < y1 else None


def _fraction(value: float, whole: float) -> float:
    return round(min(max(value / whole, 0.0), 1.0), _DIGITS)


def _from_csv(file: Path) -> Iterator[Line]:
    for number, row in enumerate(csv_rows(file, _COLUMNS), start=2):
        yield _line(f"line {number}", row | {"box": [row[column] for column in ("x", "y", "w", "h")]}, file)


def _from_json(file: Path) -> Iterator[Line]:
    """COCO: boxes refer to films and categories by number."""
    images = {image.get("id"): image for image in json_objects(file, "images")}
    names = {category.get("id"): category.get("name") for category in json_objects(file, "categories")}
    for number, row in enumerate(json_objects(file, "annotations"), start=1):
        image = images.get(row.get("image_id"), {})
        yield _line(
            f"annotation {number}",
            {
                "path": image.get("path"),
                "category_name": names.get(row.get("category_id")),
                "label_text": row.get("label_text"),
                "box": row.get("bbox"),
                "image_width": image.get("width"),
                "image_height": image.get("height"),
                "split": image.get("split") or row.get("split"),
            },
            file,
        )


def _line(where: str, row: dict[str, Any], file: Path) -> Line:
    """Raises SightlineError, naming `where` in `file`, for a row whose numbers are none."""
    try:
        x, y, width, height = (float(number) for number in row["box"])
        sides = float(row["image_width"]), float(row["image_height"])
    except (TypeError, ValueError) as error:
        raise SightlineError(f"`{file}`: {where} has no box within a film ({error}), fetch the file again.") from error
    return Line(
        str(row["path"]),
        str(row["category_name"]),
        " ".join(str(row["label_text"]).split()),
        (x, y, width, height),
        *sides,
        _PARTS.get(str(row.get("split") or ""), "test"),
    )


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.exists():
        raise SightlineError(f"`{path}`: is not there, name the folder of MS-CXR.")
    return gather(path, _items(path), "the films of MIMIC-CXR that MS-CXR names, below `files`")


SOURCE = Source(
    name=NAME,
    title="MS-CXR",
    licence=LICENCE,
    citation="Boecking et al., Making the most of text semantics to improve biomedical vision-language processing, "
    "ECCV 2022",
    load=_load,
    layout="`MS_CXR_Local_Alignment_*.csv` or .json, and `files/` of MIMIC-CXR",
    obtain="credentialed access: https://physionet.org/content/ms-cxr",
)
