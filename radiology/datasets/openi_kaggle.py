"""Open-i as it lies on Kaggle: two tables, and the films as PNG with their projection.

The same studies as `openi`, under the same names (`CXR1`), so that neither is learnt from where the other is evaluated.
Findings are read from the report. Licensed without derivatives: copy no report. Files: `indiana_reports.csv` (uid,
indication, comparison, findings, impression) and `indiana_projections.csv` (uid, filename, projection: Frontal or
Lateral) with `images/images_normalized/1_IM-0001-4001.dcm.png`; see
https://www.kaggle.com/datasets/raddar/chest-xrays-indiana-university.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from radiology.datasets.csv_rows import Row, csv_rows, needed_csv
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.views import numbered
from radiology.errors import SightlineError
from radiology.reading.report import merge, read_mentions
from radiology.study import Case, Projection, Report, Study, View

NAME = "openi_kaggle"
LICENCE = "CC BY-NC-ND 4.0"
NO_REPORT = "report without findings and impression"
NO_FILMS = "report without a film"
NO_UID = "row without a uid"
ORPHAN = "film without a report"
REPORTS, PROJECTIONS = "indiana_reports.csv", "indiana_projections.csv"
_SECTIONS = ("indication", "comparison", "findings", "impression")


def _items(folder: Path) -> Iterator[Item]:
    films: dict[str, list[Row]] = {}
    for row in csv_rows(needed_csv(folder, PROJECTIONS), ("uid", "filename", "projection")):
        films.setdefault(row["uid"], []).append(row)
    pictures = index_pictures(folder)
    for row in csv_rows(needed_csv(folder, REPORTS), ("uid", *_SECTIONS)):
        if row["uid"]:
            yield from _study(row, films.pop(row["uid"], ()), pictures)
        else:
            yield NO_UID
    yield from (ORPHAN for rows in films.values() for _ in rows)


def _study(row: Row, films: Sequence[Row], pictures: Mapping[str, Path]) -> Iterator[Item]:
    report = Report(**{section: " ".join(row[section].split()) for section in _SECTIONS})
    if not films or not (report.findings or report.impression):
        yield NO_REPORT if films else NO_FILMS
        return
    found = [_film(film, pictures) for film in films]
    yield from (flaw for flaw in found if isinstance(flaw, str))
    views = numbered(view for view in found if isinstance(view, View))
    if views:
        yield _case(f"CXR{row['uid']}", report, views), ()


def _film(row: Row, pictures: Mapping[str, Path]) -> View | str:
    picture = pictures.get(Path(row["filename"]).stem)
    lateral = row["projection"].strip().lower() == "lateral"
    if picture is None:
        return MISSING
    return picture_view(picture, Projection.LATERAL if lateral else Projection.UNKNOWN) or UNREADABLE


def _case(name: str, report: Report, views: tuple[View, ...]) -> Case:
    study = Study(
        study_id=name, patient_id=name, views=views, indication=report.indication, comparison=report.comparison
    )
    findings = merge(mention.finding for mention in read_mentions(report))
    return Case(study=study, report=report, findings=findings, source=NAME, licence=LICENCE)


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(f"`{path}`: is no folder, name the one that holds `{REPORTS}` and `{PROJECTIONS}`.")
    return gather(path, _items(path), "the PNG films that the tables name")


SOURCE = Source(
    name=NAME,
    title="Open-i chest films (Indiana University), the tables on Kaggle",
    licence=LICENCE,
    citation="Demner-Fushman et al., Preparing a collection of radiology examinations for distribution and retrieval, "
    "JAMIA 23, 2016",
    load=_load,
    layout="`indiana_reports.csv`, `indiana_projections.csv` and the images",
    obtain="https://www.kaggle.com/datasets/raddar/chest-xrays-indiana-university",
)
