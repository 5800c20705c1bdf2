"""The tables of MIMIC-CXR-JPG: which films an examination has, when it was, and its part of the official split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from math import isfinite
from pathlib import Path

from radiology.datasets.csv_rows import Row, csv_file, csv_rows, needed_csv
from radiology.study import Projection

METADATA, SPLIT, LABELS = (f"mimic-cxr-*-{table}.csv" for table in ("metadata", "split", "chexpert"))
_COLUMNS = ("dicom_id", "subject_id", "study_id", "ViewPosition", "Rows", "Columns", "StudyDate", "StudyTime")
_POSITIONS = {
    "PA": Projection.PA,
    "AP": Projection.AP,
    "LATERAL": Projection.LATERAL,
    "LL": Projection.LATERAL,
}
"""ViewPosition -> projection. Others (oblique, decubitus, swimmer's, not told) are no standard views."""
_ORDER = (Projection.PA, Projection.AP, Projection.LATERAL)
_PARTS = {"train": "train", "validate": "val", "test": "test"}


@dataclass(frozen=True, slots=True)
class Film:
    """A film by the table: its size in px is that of the published files."""

    dicom_id: str
    projection: Projection
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Exam:
    """A study by the table; `time` is HHMMSS as a number. `films` are those of standard views, PA, AP, then lateral."""

    patient: str
    study: str
    date: Date | None
    time: float
    films: tuple[Film, ...] = ()


def patients(folder: Path) -> Iterator[list[Exam]]:
    """Each patient's examinations in order of time, those without a date first."""
    found: dict[str, dict[str, Exam]] = {}
    for row in csv_rows(needed_csv(folder, METADATA), _COLUMNS):
        exams = found.setdefault(row["subject_id"], {})
        exams[row["study_id"]] = _joined(exams.get(row["study_id"]) or _exam(row), _film(row))
    for exams in found.values():
        yield sorted(exams.values(), key=lambda exam: (exam.date or Date.min, exam.time, exam.study))


def splits(folder: Path) -> dict[str, str]:
    """Study -> train, val or test, as published."""
    rows = csv_rows(needed_csv(folder, SPLIT), ("study_id", "split"))
    return {row["study_id"]: _PARTS.get(row["split"], "custom") for row in rows}


def labels(folder: Path) -> dict[str, Row]:
    """Study -> its row of CheXpert labels; nothing where that table is not there."""
    file = csv_file(folder, LABELS)
    return {row["study_id"]: row for row in csv_rows(file, ("study_id",))} if file else {}


def _exam(row: Row) -> Exam:
    return Exam(row["subject_id"], row["study_id"], _date(row["StudyDate"]), _number(row["StudyTime"]))


def _joined(exam: Exam, film: Film | None) -> Exam:
    if film is None:
        return exam
    return replace(exam, films=tuple(sorted((*exam.films, film), key=lambda each: _ORDER.index(each.projection))))


def _film(row: Row) -> Film | None:
    projection = _POSITIONS.get(row["ViewPosition"].strip().upper())
    width, height = int(_number(row["Columns"])), int(_number(row["Rows"]))
    return Film(row["dicom_id"], projection, width, height) if projection and width > 0 and height > 0 else None


def _date(digits: str) -> Date | None:
    """Of `21800506`; None where it is no date."""
    try:
        return Date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _number(text: str) -> float:
    """Of `101010.5`; 0 where it is no finite number."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if isfinite(number) else 0.0
