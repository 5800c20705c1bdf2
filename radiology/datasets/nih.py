"""NIH ChestX-ray14: frontal films with labels mined from reports, and boxes for some of the test films.

Only what is labelled is said of a film: unlisted findings are unknown here. Files: the Parquet form, or the publisher's
`Data_Entry_2017*.csv` with `BBox_List_2017.csv` and `test_list.txt` beside the image folders.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from radiology.datasets.cells import pa_or_ap
from radiology.datasets.csv_rows import Row, csv_rows
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.parquet import parquet_rows
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view, stored_image
from radiology.datasets.source import Item, Source, load_either
from radiology.errors import SightlineError
from radiology.findings import NIH_LABELS
from radiology.study import Box, Case, Finding, Study, View

NAME = "nih"
LICENCE = "free use with citation"
Boxes = Mapping[str, tuple[Box, ...]]
"""Label -> boxes."""

OUTSIDE = "box outside its film"
_COLUMNS = ("image", "image_id", "patient_id", "view", "labels", "boxes")
_SPELLINGS = {"Infiltrate": "Infiltration"}
"""The box list calls one label differently."""


def _case(study: Study, labels: Iterable[str], boxes: Boxes, split: str) -> Case:
    known = sorted({label for label in (*labels, *boxes) if label in NIH_LABELS})
    findings = tuple(Finding(name=NIH_LABELS[label], boxes=boxes.get(label, ())) for label in known)
    return Case(study=study, findings=findings, source=NAME, licence=LICENCE, split=split)


def _study(image_id: str, patient_id: str, view: View, sex: object, age: object) -> Study:
    return Study(study_id=image_id, patient_id=patient_id, sex=sex_of(sex), age=age_of(age), views=(view,))


def _box(x: float, y: float, width: float, height: float) -> Box | None:
    """Fractions of the image; a box that leaves it is cut at its edge, None where nothing is left."""
    x0, y0, x1, y1 = max(0.0, x), max(0.0, y), min(1.0, x + width), min(1.0, y + height)
    return Box(view="frontal", x0=x0, y0=y0, x1=x1, y1=y1) if x0 < x1 and y0 < y1 else None


def _from_parquet(file: Path, workdir: Path) -> Iterator[Item]:
    for row in parquet_rows(file, _COLUMNS):
        picture = stored_image(row, workdir)
        view = picture_view(picture, pa_or_ap(row["view"]))
        if view is None:
            yield UNREADABLE
            continue
        drawn = [(_SPELLINGS.get(b["label"], b["label"]), (b["x"], b["y"], b["w"], b["h"])) for b in row["boxes"]]
        boxes = _fractions(drawn, 1, 1)
        yield from _lost(row["labels"], drawn, boxes)
        study = _study(row["image_id"], row["patient_id"], view, row.get("sex"), row.get("age"))
        yield _case(study, row["labels"], boxes, "custom"), ()


def _as_published(folder: Path) -> Iterator[Item]:
    pictures = index_pictures(folder)
    listed = _pixel_boxes(folder / "BBox_List_2017.csv")
    test = _lines(folder / "test_list.txt")
    for row in _table(folder):
        picture = pictures.get(Path(row["Image Index"]).stem)
        view = picture_view(picture, pa_or_ap(row["View Position"])) if picture else None
        if view is None:
            yield UNREADABLE if picture else MISSING
            continue
        drawn = listed.get(row["Image Index"], [])
        boxes = _fractions(drawn, view.width, view.height)
        labels = row["Finding Labels"].split("|")
        yield from _lost(labels, drawn, boxes)
        split = "test" if row["Image Index"] in test else "custom"
        name, sex, age = Path(row["Image Index"]).stem, row.get("Patient Gender"), row.get("Patient Age")
        study = _study(name, row["Patient ID"], view, sex, age)
        yield _case(study, labels, boxes, split), ()


def _table(folder: Path) -> Iterator[Row]:
    for file in sorted(folder.glob("Data_Entry_2017*.csv"))[:1]:
        yield from csv_rows(file, ("Image Index", "Finding Labels", "Patient ID", "View Position"))


def _lines(file: Path) -> set[str]:
    """The words of a list, none where it is not there. Raises SightlineError for what is no text."""
    try:
        return set(file.read_text(encoding="utf-8").split()) if file.exists() else set()
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError(f"`{file}`: cannot be read as text ({error}), fetch it again.") from error


PixelBox = tuple[str, tuple[float, float, float, float]]
"""Label; x, y, width and height in px."""


def _pixel_boxes(file: Path) -> dict[str, list[PixelBox]]:
    """By image; the header names the four columns of numbers over several cells, so they are taken by place.

    Raises SightlineError for a row without four numbers.
    """
    found: dict[str, list[PixelBox]] = {}
    if file.exists():
        with file.open(newline="", encoding="utf-8-sig") as lines:
            try:
                for image, label, *numbers in list(csv.reader(lines))[1:]:
                    x, y, width, height = (_finite(number) for number in numbers[:4])
                    found.setdefault(image, []).append((_SPELLINGS.get(label, label), (x, y, width, height)))
            except (ValueError, csv.Error) as error:
                raise SightlineError(f"`{file}`: is no list of boxes ({error}), fetch it again.") from error
    return found


def _finite(text: str) -> float:
    """Raises ValueError for what is no finite number."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is no length")
    return number


def _fractions(drawn: Iterable[PixelBox], width: float, height: float) -> dict[str, tuple[Box, ...]]:
    """Those of a film of that size that are in it, by label."""
    found: dict[str, tuple[Box, ...]] = {}
    for label, (x, y, w, h) in drawn:
        box = _box(x / width, y / height, w / width, h / height)
        if box is not None:
            found[label] = (*found.get(label, ()), box)
    return found


def _lost(labels: Iterable[str], drawn: Sequence[PixelBox], boxes: Boxes) -> Iterator[str]:
    """Labels that NIH does not have, and boxes of which nothing is in the film."""
    named = {label.strip() for label in (*labels, *boxes)} - NIH_LABELS.keys() - {"No Finding", ""}
    yield from (NO_COUNTERPART for _ in named)
    yield from (OUTSIDE for _ in range(len(drawn) - sum(map(len, boxes.values()))))


SOURCE = Source(
    name=NAME,
    title="NIH ChestX-ray14",
    licence=LICENCE,
    citation="Wang et al., ChestX-ray8: hospital-scale chest X-ray database and benchmarks, CVPR 2017",
    load=load_either(_from_parquet, _as_published, "Parquet or `Data_Entry_2017*.csv` with its images"),
    layout="`Data_Entry_2017*.csv`, `BBox_List_2017.csv`, `test_list.txt` and image folders, or Parquet",
    tried="1,483 films, as Parquet",
    obtain="https://nihcc.app.box.com/v/ChestXray-NIHCC",
)
