"""PadChest: films of a hospital in Alicante with 193 labels from their reports, a quarter of them set by physicians.

Labels are those of a study's report; unlisted findings are unknown here. A side is told where the sentence of a label
has one (`LabelsLocalizationsBySentence`). The reports are stems of Spanish words, so none is read. Ages are the year of
the study less the year of birth. The prior is the patient's nearest earlier study with a frontal film. Films labelled
`exclude` and projections beyond PA, AP, AP_horizontal and L are left out. Files: the table `PADCHEST_chest_x_ray_
images_labels_160K_01.02.19.csv`, plain or gzipped, and PNG files of 16 bit, in folders `0` to `54` or not; see
https://bimcv.cipf.es/bimcv-projects/padchest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date as Date
from pathlib import Path

from radiology.datasets.cells import OTHER_VIEW, date_of, projection_of_word
from radiology.datasets.csv_rows import Row, csv_rows, needed_csv
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.padchest_labels import EXCLUDE, finding, listed, names_of, sides
from radiology.datasets.patients import with_priors
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.views import numbered
from radiology.errors import SightlineError
from radiology.reading.report import merge
from radiology.study import Case, Finding, Projection, Study, View

NAME = "padchest"
LICENCE = "PadChest Dataset Research Use Agreement"
EXCLUDED = "film labelled `exclude`"
NO_LABELS = "film without labels"
NO_IDENTIFIER = "row without a study or a patient"
TABLE = "PADCHEST_chest_x_ray_images_labels_*.csv"
_COLUMNS = ("ImageID", "StudyID", "PatientID", "Projection", "Labels")
_MORE = ("StudyDate_DICOM", "PatientBirth", "PatientSex_DICOM", "LabelsLocalizationsBySentence")
_PROJECTIONS = {"AP_horizontal": Projection.AP}
_UNKNOWN = ("UNK", "EXCLUDE", "")


def _items(folder: Path) -> Iterator[Item]:
    studies: dict[str, list[Row]] = {}
    for row in csv_rows(needed_csv(folder, TABLE), _COLUMNS):
        if row["StudyID"] and row["PatientID"]:
            kept = {column: row.get(column, "") for column in (*_COLUMNS, *_MORE)}
            studies.setdefault(row["StudyID"], []).append(kept)
        else:
            yield NO_IDENTIFIER
    pictures = index_pictures(folder)
    for rows in studies.values():
        yield from _study(rows, pictures)


def _study(rows: list[Row], pictures: Mapping[str, Path]) -> Iterator[Item]:
    """One case of the films that can be used, with all their labels; then why others cannot."""
    views: list[View] = []
    findings: list[Finding] = []
    unnamed: set[str] = set()
    for row in rows:
        labels = listed(row["Labels"])
        view = _view(row, pictures) if labels and EXCLUDE not in labels else EXCLUDED if labels else NO_LABELS
        if isinstance(view, str):
            yield view
        else:
            views.append(view)
            findings += _findings(row, labels or [])
            unnamed.update(label for label in labels or [] if names_of(label) is None)
    yield from (NO_COUNTERPART for _ in unnamed)
    if views:
        yield _case(rows[0], numbered(views), merge(findings)), ()


def _view(row: Row, pictures: Mapping[str, Path]) -> View | str:
    word = row["Projection"].strip()
    projection = None if word in _UNKNOWN else projection_of_word(word, _PROJECTIONS)
    if projection is None:
        return OTHER_VIEW
    picture = pictures.get(Path(row["ImageID"].strip()).stem)
    return picture_view(picture, projection) or UNREADABLE if picture else MISSING


def _findings(row: Row, labels: list[str]) -> Iterator[Finding]:
    where = sides(row["LabelsLocalizationsBySentence"])
    for label in labels:
        yield from (finding(name, where.get(label)) for name in names_of(label) or ())


def _case(row: Row, views: tuple[View, ...], findings: tuple[Finding, ...]) -> Case:
    day = _date(row["StudyDate_DICOM"])
    born = age_of_birth(row["PatientBirth"], day)
    study = Study(
        study_id=row["StudyID"],
        patient_id=row["PatientID"],
        date=day,
        sex=sex_of(row["PatientSex_DICOM"]),
        age=born,
        views=views,
    )
    return Case(study=study, findings=findings, source=NAME, licence=LICENCE)


def age_of_birth(year: str, day: Date | None) -> int | None:
    """Years between the year of birth (`1930.0`) and a day; None where either is unknown or they do not fit."""
    told = year.strip().removesuffix(".0")
    return age_of(day.year - int(told)) if day and told.isdecimal() and len(told) == 4 else None


def _date(digits: str) -> Date | None:
    try:
        return date_of(digits.strip().removesuffix(".0"))
    except ValueError:
        return None


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(f"`{path}`: is no folder, name the one that holds `{TABLE}` and the films.")
    items = with_priors(_items(path), lambda case: case.study.date)
    return gather(path, items, "the PNG films that the table names")


SOURCE = Source(
    name=NAME,
    title="PadChest",
    licence=LICENCE,
    citation="Bustos et al., PadChest: a large chest x-ray image dataset with multi-label annotated reports, "
    "Medical Image Analysis 66, 2020",
    load=_load,
    layout="`PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv` with 16-bit PNG",
    obtain="ask BIMCV: https://bimcv.cipf.es/bimcv-projects/padchest",
)
