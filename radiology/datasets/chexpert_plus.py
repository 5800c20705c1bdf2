"""CheXpert Plus: the films of CheXpert with their reports, cut into sections.

Files: `df_chexpert_plus_240401.csv` with the films as PNG, JPEG or DICOM in folders `train` and `valid`, at most three
levels down; optional `report_fixed.json` or `impression_fixed.json` (JSON lines: path_to_image and 14 labels) beside it
or in `chexbert_labels/`. Columns as in Chambon et al., arXiv:2405.19538. Patients and studies are called as in CheXpert
itself, by the path. Findings are read from the report; a study whose report has neither findings nor impression has
those of its labels, if there are any. Nothing dates a study: `patient_report_date_order` is not trusted to, so that no
study has a prior.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from radiology.datasets.chexpert import labelled_findings
from radiology.datasets.chexpert_films import NO_STUDY, Place, film_of, part_folders, place_of, projection_of
from radiology.datasets.csv_rows import Row, csv_rows, needed_csv
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.json_file import json_lines
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.views import numbered
from radiology.errors import SightlineError
from radiology.reading.report import merge, read_mentions
from radiology.study import Case, Finding, Report, Study, View

NAME = "chexpert_plus"
LICENCE = "Stanford University Dataset Research Use Agreement"
NO_TRUTH = "study without findings, impression and labels"
TABLE = "df_chexpert_plus_*.csv"
_COLUMNS = ("path_to_image", "frontal_lateral", "ap_pa", "section_findings", "section_impression")
_SECTIONS = {
    "indication": ("section_clinical_history", "section_history"),
    "technique": ("section_technique",),
    "comparison": ("section_comparison",),
    "findings": ("section_findings",),
    "impression": ("section_impression",),
}
_FILM = {"path_to_image", "path_to_dcm", "frontal_lateral", "ap_pa", "sex", "age"}
_TEXTS = {column for columns in _SECTIONS.values() for column in columns}
"""A study's text is in each of its rows and kept once."""
_LABELS = ("report_fixed.json", "impression_fixed.json")
Labels = Mapping[str, tuple[Finding, ...]]


def _items(folder: Path) -> Iterator[Item]:
    studies: dict[tuple[str, str], list[tuple[Place, Row]]] = {}
    for row in csv_rows(needed_csv(folder, TABLE), _COLUMNS):
        place = place_of(row["path_to_image"])
        if place is None:
            yield NO_STUDY
        else:
            wanted = _FILM if (place.split, place.study) in studies else _FILM | _TEXTS
            kept = {column: text for column, text in row.items() if column in wanted and text}
            studies.setdefault((place.split, place.study), []).append((place, dict.fromkeys(_COLUMNS, "") | kept))
    roots, labels = part_folders(folder), _labels(folder)
    for rows in studies.values():
        yield from _study(rows, roots, labels)


def _labels(folder: Path) -> Labels:
    """Study -> what it is labelled with, by the first of the files that is there."""
    places = [folder / inner / name for name in _LABELS for inner in ("", "chexbert_labels", "labels")]
    found: dict[str, tuple[Finding, ...]] = {}
    file = next((file for file in places if file.is_file()), None)
    for line in json_lines(file) if file else ():
        place = place_of(str(line.get("path_to_image", "")))
        if place is not None and place.study not in found:
            told = {name: "" if value is None else str(value) for name, value in line.items()}
            found[place.study] = labelled_findings(told)
    return found


def _study(rows: list[tuple[Place, Row]], roots: list[Path], labels: Labels) -> Iterator[Item]:
    """One case; its films that are not there are counted, and where none is there it is left out."""
    films = [_film(place, row, roots) for place, row in rows]
    yield from (film for film in films if isinstance(film, str))
    views = numbered(film for film in films if isinstance(film, View))
    if views:
        yield _case(rows[0][0], rows[0][1], views, labels)


def _film(place: Place, row: Row, roots: list[Path]) -> View | str:
    dicom = place_of(row.get("path_to_dcm", ""))
    places = (place.path, *((dicom.path,) if dicom else ()))
    return film_of(places, roots, projection_of(row, "frontal_lateral", "ap_pa"))


def _case(place: Place, row: Row, views: tuple[View, ...], labels: Labels) -> Item:
    report = Report(**{name: _text(row, columns) for name, columns in _SECTIONS.items()})
    told = bool(report.findings or report.impression)
    if not told and place.study not in labels:
        return NO_TRUTH
    study = Study(
        study_id=place.study,
        patient_id=place.patient,
        sex=sex_of(row.get("sex")),
        age=age_of(row.get("age")),
        views=views,
        indication=report.indication,
        technique=report.technique,
        comparison=report.comparison,
    )
    findings = merge(mention.finding for mention in read_mentions(report)) if told else labels[place.study]
    case = Case(study=study, report=report if told else None, findings=findings, source=NAME, licence=LICENCE)
    return case.model_copy(update={"split": place.split}), ()


def _text(row: Row, columns: tuple[str, ...]) -> str:
    return next((text for column in columns if (text := " ".join(row.get(column, "").split()))), "")


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(f"`{path}`: is no folder, name the one that holds `{TABLE}` and the films.")
    return gather(path, _items(path), "`train/patient00001/...` with the films that the table names")


SOURCE = Source(
    name=NAME,
    title="CheXpert Plus",
    licence=LICENCE,
    citation="Chambon et al., CheXpert Plus: augmenting a large chest X-ray dataset with text radiology reports, "
    "patient demographics and additional image formats, arXiv:2405.19538, 2024",
    load=_load,
    layout="`df_chexpert_plus_240401.csv` with `PNG/`, JPEG or DICOM films",
    obtain="register with Stanford AIMI: https://aimi.stanford.edu/datasets/chexpert-plus",
)
