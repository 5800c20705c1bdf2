"""CheXpert: films of a Californian hospital with fourteen labels mined from the reports; two hundred studies by hand.

Files: `train.csv`, `valid.csv` and, of later releases, `test.csv` or `test_labels.csv`, with `train/patient00001/...`.
Columns: Path, 14 labels (1, 0, -1 uncertain, empty not mentioned), optional Sex, Age, Frontal/Lateral, AP/PA; see
https://stanfordmlgroup.github.io/competitions/chexpert. `valid` is split `val`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from radiology.datasets.chexpert import CHEXPERT_FINDINGS, labelled_findings
from radiology.datasets.chexpert_films import NO_STUDY, Place, film_of, part_folders, place_of, projection_of
from radiology.datasets.csv_rows import Row, csv_rows
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.datasets.views import numbered
from radiology.errors import SightlineError
from radiology.findings import CHEXPERT_LABELS
from radiology.study import Case, Study, View

NAME = "chexpert"
LICENCE = "Stanford University Dataset Research Use Agreement"
_TABLES = ("train.csv", "valid.csv", "test.csv", "test_labels.csv")
_UNNAMED = tuple(set(CHEXPERT_LABELS) - set(CHEXPERT_FINDINGS) - {"No Finding"})
_BLANK = {"Frontal/Lateral": "", "AP/PA": ""}


def _items(folder: Path, files: list[Path]) -> Iterator[Item]:
    studies: dict[tuple[str, str], list[tuple[Place, Row]]] = {}
    for row in (row for file in files for row in csv_rows(file, ("Path", *CHEXPERT_FINDINGS))):
        place = place_of(row["Path"])
        if place is None:
            yield NO_STUDY
        else:
            studies.setdefault((place.split, place.study), []).append((place, _BLANK | row))
    roots = part_folders(folder)
    for rows in studies.values():
        yield from _study(rows, roots)


def _study(rows: list[tuple[Place, Row]], roots: list[Path]) -> Iterator[Item]:
    """The labels are those of the study's report, so its first row says them; without a film there is no case."""
    films = [film_of((place.path,), roots, projection_of(row, "Frontal/Lateral", "AP/PA")) for place, row in rows]
    yield from (film for film in films if isinstance(film, str))
    views = numbered(film for film in films if isinstance(film, View))
    if not views:
        return
    place, row = rows[0]
    yield from (NO_COUNTERPART for label in _UNNAMED if row.get(label, "").removesuffix(".0") == "1")
    study = Study(
        study_id=place.study,
        patient_id=place.patient,
        sex=sex_of(row.get("Sex")),
        age=age_of(row.get("Age")),
        views=views,
    )
    yield Case(study=study, findings=labelled_findings(row), source=NAME, licence=LICENCE, split=place.split), ()


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    files = [path / name for name in _TABLES if (path / name).is_file()]
    if not files:
        raise SightlineError(f"`{path}`: `train.csv` and `valid.csv` are missing, name the folder that holds them.")
    return gather(path, _items(path, files), "`train/patient00001/...` with the films that the tables name")


SOURCE = Source(
    name=NAME,
    title="CheXpert",
    licence=LICENCE,
    citation="Irvin et al., CheXpert: a large chest radiograph dataset with uncertainty labels and expert comparison, "
    "AAAI 2019",
    load=_load,
    layout="`train.csv`, `valid.csv` and the film folders",
    obtain="register with Stanford AIMI: https://stanfordaimi.azurewebsites.net",
)
