"""A folder of DICOM files, of any number of patients: studies without truth, to draft, search or judge.

Files are grouped by PatientID and StudyInstanceUID (DICOM PS3.3 C.7.1.1, C.7.2.1) and named by one-way hashes, so that
no identifier of a header is kept; a patient's earlier studies are the priors of the later ones. A file without
PatientID belongs to the patient of its study. Left out are files that are no image, no chest film by their header,
copies of one another, and studies that are said to be of two patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from radiology.datasets.pictures import UNREADABLE
from radiology.datasets.source import Dataset, Item, Source, gather
from radiology.errors import SightlineError
from radiology.imaging.dicom import damage_named, read_header
from radiology.imaging.films import Film, read_film
from radiology.imaging.intake import dicom_studies
from radiology.imaging.pixels import kind_of
from radiology.imaging.scope import not_chest
from radiology.study import Case

NAME = "dicom"
LICENCE = "as whoever made the films says"
PICTURE = "picture without a header"
NOT_CHEST = "no chest film by its header"
NO_IMAGE = "DICOM file without an image"
OTHER_FILE = "file that is no image"
COPY = "copy of another file"
TWO_PATIENTS = "film of a study that is said to be of two patients"


def _items(folder: Path) -> Iterator[Item]:
    films: dict[str, Film] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(".")):
        film = _film(path)
        if isinstance(film, str):
            yield film
        elif film.content in films:
            yield COPY
        else:
            films[film.content] = film
    patients = _patients(list(films.values()))
    yield from (TWO_PATIENTS for _ in patients.pop("", ()))
    for group in patients.values():
        for study in dicom_studies(group):
            yield Case(study=study, source=NAME, licence=LICENCE), ()


def _film(path: Path) -> Film | str:
    """What the file says of itself, or why it is left out."""
    kind = kind_of(path)
    if kind != "dicom":
        return PICTURE if kind else OTHER_FILE
    try:
        with damage_named(path):
            header = read_header(path)
            if "Rows" not in header:
                return NO_IMAGE
            return NOT_CHEST if not_chest(header) else read_film(path, force=True)
    except SightlineError:
        return UNREADABLE


def _patients(films: Sequence[Film]) -> dict[str, list[Film]]:
    """Films by patient, or by study where no header names one; under "" those of studies of two patients."""
    named: dict[str, set[str]] = {}
    for film in films:
        named.setdefault(_study(film), set()).update({film.patient} if film.patient else ())
    groups: dict[str, list[Film]] = {}
    for film in films:
        owners = named[_study(film)]
        owner = next(iter(owners), None)
        group = "" if len(owners) > 1 else owner or f"study {_study(film)}"
        groups.setdefault(group, []).append(replace(film, patient=owner))
    return groups


def _study(film: Film) -> str:
    return film.study or film.content


def _load(path: Path, workdir: Path) -> Dataset:
    del workdir
    if not path.is_dir():
        raise SightlineError(f"`{path}`: is no folder, name the one that holds the DICOM files.")
    return gather(path, _items(path), "DICOM files of chest films")


SOURCE = Source(
    name=NAME,
    title="A folder of DICOM files",
    licence=LICENCE,
    citation="",
    load=_load,
    layout="a folder of DICOM files, however deep",
    tried="eight films of public test collections",
    obtain="from your own PACS or disk",
)
