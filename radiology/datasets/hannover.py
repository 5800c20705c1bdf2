"""COVID-19 films of Hannover Medical School: projection, patient and sex are known, age for some, findings are not.

Files: the Parquet form, or the publisher's `data.csv` with a folder of images.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from radiology.datasets.cells import pa_or_ap
from radiology.datasets.csv_rows import csv_rows
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.parquet import parquet_rows
from radiology.datasets.pictures import MISSING, UNREADABLE, index_pictures, picture_view, stored_image
from radiology.datasets.source import Item, Source, load_either
from radiology.study import Case, Study

NAME = "hannover"
LICENCE = "CC BY 3.0"
_COLUMNS = ("image", "image_id", "patient_id", "view")


def _item(picture: Path, row: Mapping[str, str], projection: str) -> Item:
    view = picture_view(picture, pa_or_ap(projection))
    if view is None:
        return UNREADABLE
    study = Study(
        study_id=row["image_id"],
        patient_id=row["patient_id"],
        sex=sex_of(row.get("sex")),
        age=age_of(row.get("age")),
        views=(view,),
    )
    return Case(study=study, source=NAME, licence=LICENCE), ()


def _from_parquet(file: Path, workdir: Path) -> Iterator[Item]:
    for row in parquet_rows(file, _COLUMNS):
        picture = stored_image(row, workdir)
        yield _item(picture, row, row["view"])


def _as_published(folder: Path) -> Iterator[Item]:
    pictures, table = index_pictures(folder), folder / "data.csv"
    for row in csv_rows(table, ("image_id", "patient_id", "projection")) if table.exists() else ():
        picture = pictures.get(row["image_id"])
        yield _item(picture, row, row["projection"]) if picture else MISSING


SOURCE = Source(
    name=NAME,
    title="COVID-19 image repository (Hannover)",
    licence=LICENCE,
    citation="Winther et al., COVID-19 Image Repository, Institute for Diagnostic and Interventional Radiology, "
    "Hannover Medical School, 2020",
    load=load_either(_from_parquet, _as_published, "Parquet or `data.csv` with its images"),
    layout="`data.csv` with its images, or Parquet",
    tried="all 243 films, as Parquet",
    obtain="https://github.com/ml-workgroup/covid-19-image-repository",
)
