"""What the files given say of themselves, one record a film, before films become studies."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any

from pydicom import Dataset

from radiology.errors import SightlineError
from radiology.imaging.dicom import damage_named, dicom_size, read_header
from radiology.imaging.identity import content_hash
from radiology.imaging.pixels import kind_of, known_kind
from radiology.imaging.projection import projection_in, projection_of
from radiology.imaging.raster import raster_size
from radiology.imaging.scope import not_chest
from radiology.study import Projection

LARGEST_FACTOR = 10.0
"""A magnification beyond it is a mistake."""


@dataclass(frozen=True)
class Film:
    """`patient` and `study` are PatientID and StudyInstanceUID as the header has them; a picture has neither."""

    path: Path
    content: str
    width: int
    height: int
    projection: Projection
    patient: str | None = None
    study: str | None = None
    date: Date | None = None
    pixel_spacing: tuple[float, float] | None = None
    order: tuple[float, float] = (0.0, 0.0)


def read_film(path: Path, force: bool) -> Film:
    """Raises SightlineError for a file that is no readable image or, unless `force`, no chest film by its header."""
    if known_kind(path) == "dicom":
        with damage_named(path):
            return _dicom_film(path, force)
    width, height = raster_size(path)
    return Film(path, content_hash(path), width, height, projection_in(path.stem))


def _dicom_film(path: Path, force: bool) -> Film:
    header = read_header(path)
    reason = None if force else not_chest(header)
    if reason is not None:
        raise SightlineError(f"`{path}`: {reason}, give a chest film (CR or DX), or pass --force to read it anyway.")
    width, height = dicom_size(path, header)
    return Film(
        path,
        content_hash(path),
        width,
        height,
        projection_of(header),
        patient=str(header.get("PatientID") or "").strip() or None,
        study=str(header.get("StudyInstanceUID") or "").strip() or None,
        date=_date(header),
        pixel_spacing=_spacing(header),
        order=(_number(header.get("SeriesNumber")), _number(header.get("InstanceNumber"))),
    )


def _date(header: Dataset) -> Date | None:
    """StudyDate, also in the old spelling with dots; None where it is no date."""
    digits = re.sub(r"\D", "", str(header.get("StudyDate") or ""))
    try:
        return Date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _spacing(header: Dataset) -> tuple[float, float] | None:
    """(row, column) in mm in the patient; None where it is missing or not positive.

    Where only the spacing on the detector is told, it is divided by the estimated magnification (PS3.3 C.8.11.5).
    """
    told = _number(header.get("EstimatedRadiographicMagnificationFactor"))
    for name, factor in (("PixelSpacing", 1.0), ("ImagerPixelSpacing", told if 1 <= told <= LARGEST_FACTOR else 1.0)):
        value = header.get(name)
        if isinstance(value, Sequence) and len(value) == 2 and all(_number(v) > 0 for v in value):
            return _number(value[0]) / factor, _number(value[1]) / factor
    return None


def _number(value: Any) -> float:
    """0 for what is no number, or not a finite one."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def film_files(folder: Path) -> Iterator[Path]:
    """The files in `folder` and below that are meant to be images, by name; directories and documents are not."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and _is_image(path):
            yield path


def _is_image(path: Path) -> bool:
    kind = kind_of(path)
    return kind == "raster" or (kind == "dicom" and "Rows" in read_header(path))
