"""The DICOM films of a study as an export refers to them: whose they are, their UIDs and their size."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.valuerep import PersonName

from radiology.errors import SightlineError
from radiology.export.wording import short
from radiology.imaging.dicom import damage_named, dicom_size, read_header
from radiology.imaging.pixels import known_kind
from radiology.study import Box, Study, View

_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_TEXTS = ("PatientID", "IssuerOfPatientID", "AccessionNumber", "StudyID")
_NAMES = ("PatientName", "ReferringPhysicianName")
_UID = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_TIME = re.compile(r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,6})?)?)?")


@dataclass(frozen=True)
class DicomFilm:
    """`header` is the whole data set without its pixels, `reference` only what another document repeats of it."""

    view: View
    header: Dataset
    reference: Dataset

    @property
    def uid(self) -> str:
        return str(self.reference.SOPInstanceUID)

    def outline(self, box: Box) -> NDArray[np.float32]:
        """[5, 2] (column, row) of the corners of `box`, closed, in the pixels of the stored image.

        0 is the upper left edge of the first pixel, Columns and Rows are the far edges of the last (PS3.3 C.10.5.1.2
        and C.18.6.1.1), so fractions of the image are multiplied and nothing else, whatever the shape of a pixel.
        """
        left, right = box.x0 * self.reference.Columns, box.x1 * self.reference.Columns
        top, bottom = box.y0 * self.reference.Rows, box.y1 * self.reference.Rows
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], np.float32)


@contextmanager
def names_unsaid() -> Iterator[None]:
    """Highdicom logs and warns of names of patients that it does not like, and quotes them."""
    logging.getLogger("highdicom").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def dicom_films(study: Study) -> list[DicomFilm]:
    """The films of `study`, in order. Raises SightlineError for a picture, which no DICOM document can refer to, for a
    film without the UIDs that such a document needs, and for films of more than one study."""
    if not study.views:
        raise SightlineError("The study has no film, name its DICOM files with --study.")
    films = [_film(view) for view in study.views]
    if len({film.reference.StudyInstanceUID for film in films}) > 1:
        raise SightlineError(f"`{study.views[0].path}`: came with films of another study, name the films of one.")
    return films


def dicom_views(study: Study) -> bool:
    """Whether every film of the study is a DICOM file."""
    return bool(study.views) and all(known_kind(Path(view.path)) == "dicom" for view in study.views)


def _film(view: View) -> DicomFilm:
    path = Path(view.path)
    if known_kind(path) != "dicom":
        raise SightlineError(f"`{path}`: is a picture, this export refers to DICOM files, name the film as one.")
    header = read_header(path)
    with damage_named(path):
        return DicomFilm(view, header, _reference(path, header))


def _reference(path: Path, header: Dataset) -> Dataset:
    """Types 1 and 2 of the modules Patient and General Study (PS3.3 C.7.1.1, C.7.2.1), and what identifies the image.

    What is not of its type is left empty; text is decoded, so that it can be written in UTF-8.
    """
    reference = Dataset()
    for name in _UIDS:
        value = str(header.get(name) or "").strip()
        if not _UID.fullmatch(value):
            raise SightlineError(f"`{path}`: {name} is missing or damaged, take the film from the archive again.")
        setattr(reference, name, value)
    for name in _TEXTS:
        setattr(reference, name, short(str(header.get(name) or "")))
    for name in _NAMES:
        setattr(reference, name, PersonName(short(str(header.get(name) or ""), 5 * 64)))
    sex = str(header.get("PatientSex") or "").strip()
    reference.PatientSex = sex if sex in ("F", "M", "O") else ""
    reference.PatientBirthDate, reference.StudyDate = _date(header, "PatientBirthDate"), _date(header, "StudyDate")
    time = str(header.get("StudyTime") or "").strip()
    reference.StudyTime = time if _TIME.fullmatch(time) else ""
    reference.Columns, reference.Rows = dicom_size(path, header)
    reference.SamplesPerPixel = int(header.get("SamplesPerPixel") or 1)
    return reference


def _date(header: Dataset, name: str) -> str:
    digits = re.sub(r"\D", "", str(header.get(name) or ""))
    try:
        return f"{Date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])):%Y%m%d}"
    except ValueError:
        return ""


def references(films: Sequence[DicomFilm]) -> list[Dataset]:
    return [film.reference for film in films]
