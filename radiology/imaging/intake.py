"""Files in, studies out: what a person drops on the table, grouped into examinations of one patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from radiology.datasets.jsonl import read_cases
from radiology.errors import SightlineError
from radiology.imaging.films import Film, film_files, read_film
from radiology.imaging.identity import patient_name, study_name
from radiology.study import Case, Study, View

MAX_PICTURES = 8
"""More pictures than this without any header are not one study."""


def read_studies(paths: Sequence[Path], force: bool = False) -> list[Study]:
    """The studies in `paths`: DICOM, PNG and JPEG files, folders of them, or one JSON Lines file of cases.

    DICOM files are grouped by StudyInstanceUID, oldest study first, the earlier ones of the patient as priors of the
    later. Pictures given together are one study. `force` lets in what the header says is no chest film.

    Raises SightlineError, one sentence with the file and the fix, for what cannot be used and for two patients.
    """
    if not paths:
        raise SightlineError(
            "No file was given: name DICOM, PNG or JPEG files, a folder of them, or a `studies.jsonl`."
        )
    if any(path.suffix == ".jsonl" for path in paths):
        return _listed(paths)
    films = _distinct(read_film(file, force) for path in paths for file in _files(path))
    pictures = [film for film in films if film.study is None and film.patient is None]
    if pictures and len(pictures) < len(films):
        raise SightlineError(f"`{pictures[0].path}`: nothing says whose it is beside DICOM files, give it on its own.")
    return [_picture_study(pictures)] if pictures else dicom_studies(films)


def _listed(paths: Sequence[Path]) -> list[Study]:
    if len(paths) > 1:
        raise SightlineError(f"`{paths[0]}`: came with {len(paths) - 1} more paths, give a `.jsonl` file on its own.")
    studies = [case.study for case in read_cases(paths[0])]
    if not studies:
        raise SightlineError(f"`{paths[0]}`: holds no study, give a file with one on each line.")
    return studies


def _files(path: Path) -> list[Path]:
    """The file itself, or what a folder holds."""
    if not path.is_dir():
        return [path]
    found = list(film_files(path))
    if not found:
        raise SightlineError(f"`{path}`: the folder holds no DICOM, PNG or JPEG file, name the folder of the films.")
    return found


def _distinct(films: Iterable[Film]) -> list[Film]:
    """Each content once, whatever it is called."""
    return list({film.content: film for film in films}.values())


def _picture_study(films: Sequence[Film]) -> Study:
    if len(films) > MAX_PICTURES:
        raise SightlineError(
            f"`{films[0].path}`: came with {len(films) - 1} more pictures, give the films of one study."
        )
    name = films[0].content
    return Study(study_id=f"picture-{name}", patient_id=f"picture-{name}", views=_views(films))


def dicom_studies(films: Sequence[Film]) -> list[Study]:
    """By study; a film without StudyInstanceUID is a study by itself."""
    patient = _patient(films)
    studies: list[Study] = []
    for uid, group in groupby(sorted(films, key=_place), key=_uid):
        members = list(group)
        priors = tuple(Case(study=s.model_copy(update={"priors": ()})) for s in studies if _before(s, members[0]))
        study = Study(
            study_id=study_name(uid),
            patient_id=patient,
            date=members[0].date,
            views=_views(members),
            priors=priors,
        )
        studies.append(study)
    return studies


def _before(study: Study, film: Film) -> bool:
    """Only dates tell what came first."""
    return study.date is not None and film.date is not None and study.date < film.date


def _uid(film: Film) -> str:
    return film.study or film.content


def _place(film: Film) -> tuple[str, str, tuple[float, float], str]:
    """Oldest study first, undated ones before; within a study by series and image number."""
    return film.date.isoformat() if film.date else "", _uid(film), film.order, str(film.path)


def _patient(films: Sequence[Film]) -> str:
    """The one patient's name. A film without an identifier must be of the same study as one that has it."""
    known = next((film for film in films if film.patient), films[0])
    for film in films:
        if not _same_patient(known, film):
            raise SightlineError(
                f"`{film.path}`: is not of the same patient as `{known.path}`, give one patient's files."
            )
    return patient_name(known.patient) if known.patient else f"patient-of-{study_name(_uid(known))}"


def _same_patient(known: Film, film: Film) -> bool:
    return known.patient == film.patient if film.patient else _uid(known) == _uid(film)


def _views(films: Sequence[Film]) -> tuple[View, ...]:
    """Called frontal, frontal2, ..., lateral, lateral2, ... in the order given."""
    views: list[View] = []
    for film in films:
        kind = "frontal" if film.projection.frontal else "lateral"
        number = sum(view.id.startswith(kind) for view in views) + 1
        views.append(
            View(
                id=kind if number == 1 else f"{kind}{number}",
                path=str(film.path.absolute()),
                projection=film.projection,
                width=film.width,
                height=film.height,
                pixel_spacing=film.pixel_spacing,
            )
        )
    return tuple(views)
