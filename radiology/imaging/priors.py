"""Earlier examinations of the patient, given one by one: their films, their reports, or both."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import date as Date
from pathlib import Path

from radiology.errors import SightlineError
from radiology.imaging.chosen import is_reported
from radiology.imaging.clinical import read_text
from radiology.imaging.films import film_files
from radiology.imaging.identity import content_hash
from radiology.imaging.intake import read_studies
from radiology.reading.sections import read_sections
from radiology.study import Case, Report, Study

REPORT = ".txt"
_DATE = re.compile(r"[\d./-]+")
_NAMED = re.compile(r"patient-[0-9a-f]{20}")
"""A patient whose identifier a header told."""


def with_priors(study: Study, given: Sequence[str], force: bool = False) -> Study:
    """`study` with what each of `given` holds as a prior beside those it has, oldest first.

    Each is `PATH` or `PATH@DATE` (2020-01-31): DICOM, PNG or JPEG files of one examination in a folder or one by one,
    a report as `.txt`, or a folder of films with their report. A report joins the films of its date. DICOM films bring
    their own date; what has none comes first, in the order given, so that it is never taken for the latest.

    Raises SightlineError for what cannot be read, is of another patient or later than the study, or is given twice.
    """
    if not given:
        return study
    found = [case for each in given for case in _read(each, study, force)]
    _refuse_copies(study, (*study.priors, *found))
    return study.model_copy(update={"priors": tuple(sorted(_joined((*study.priors, *found)), key=_when))})


def _when(prior: Case) -> Date:
    return prior.study.date or Date.min


def _read(given: str, study: Study, force: bool) -> Iterator[Case]:
    path, date = _split(given)
    if path.suffix == ".jsonl":
        raise SightlineError(f"`{path}`: is a list of studies, give the films or the report of the prior.")
    report, films = _report(path), [] if path.suffix == REPORT else _films(path, force)
    if not films and report is not None:
        name = f"report-{content_hash(report[0])}"
        yield _checked(path, study, Case(study=Study(study_id=name, patient_id="", date=date), report=report[1]))
    if len(films) > 1 and report is not None:
        raise SightlineError(
            f"`{report[0]}`: lies beside {len(films)} examinations, put it into the folder of its own."
        )
    for film in films:
        if date and film.date and film.date != date:
            raise SightlineError(f"`{path}`: its header says {film.date}, leave out `@{date}`.")
        own = film.model_copy(update={"date": film.date or date, "priors": ()})
        yield _checked(path, study, Case(study=own, report=report[1] if report else None))


def _split(given: str) -> tuple[Path, Date | None]:
    """`PATH@DATE`; a file whose own name ends like that is itself."""
    path, at, stamp = given.rpartition("@")
    if not at or not _DATE.fullmatch(stamp) or Path(os.path.expanduser(given)).exists():
        return Path(os.path.expanduser(given)), None
    try:
        return Path(os.path.expanduser(path)), Date.fromisoformat(stamp)
    except ValueError as error:
        raise SightlineError(f"`--prior {given}`: {stamp} is no date, write it as 2020-01-31.") from error


def _report(path: Path) -> tuple[Path, Report] | None:
    """The report in a text file, or in the only one of a folder."""
    files = sorted(path.glob(f"*{REPORT}")) if path.is_dir() else [path] if path.suffix == REPORT else []
    if len(files) > 1:
        raise SightlineError(f"`{path}`: holds {len(files)} reports, give one folder for each examination.")
    return (files[0], read_sections(read_text(files[0]))) if files else None


def _films(path: Path, force: bool) -> list[Study]:
    """The examinations of a file or folder; none for a folder that holds a report alone."""
    if path.is_dir() and next(film_files(path), None) is None and _report(path) is not None:
        return []
    return read_studies([path], force)


def _checked(path: Path, study: Study, prior: Case) -> Case:
    """`prior` as the same patient's. Pictures and texts name nobody: whoever gives them says whose they are."""
    named = (study.patient_id, prior.study.patient_id)
    if all(map(_NAMED.fullmatch, named)) and named[0] != named[1]:
        raise SightlineError(f"`{path}`: is not of the same patient as the study, give that patient's priors.")
    if prior.study.study_id == study.study_id:
        raise SightlineError(
            f"`{path}`: is of the study itself, give its films together and only earlier ones as prior."
        )
    if prior.study.date and study.date and prior.study.date > study.date:
        raise SightlineError(
            f"`{path}`: is of {prior.study.date}, after the study of {study.date}, give what was made before it."
        )
    return prior.model_copy(update={"study": prior.study.model_copy(update={"patient_id": study.patient_id})})


def _joined(cases: Sequence[Case]) -> list[Case]:
    """Each report put to the films of its date, where these have none; all else in the order given."""
    films = {i: case for i, case in enumerate(cases) if case.study.views}
    alone: dict[int, Case] = {}
    for i, case in enumerate(cases):
        if i in films:
            continue
        open_ = [j for j, film in films.items() if _same_day(film, case) and not is_reported(film)]
        if len(open_) > 1:
            raise SightlineError(
                f"`--prior`: {len(open_)} examinations are of {case.study.date}, put the report into the folder of one."
            )
        if open_:
            films[open_[0]] = films[open_[0]].model_copy(update={"report": case.report})
        else:
            alone[i] = case
    return [case for _, case in sorted((films | alone).items())]


def _same_day(one: Case, other: Case) -> bool:
    return one.study.date is not None and one.study.date == other.study.date


def _refuse_copies(study: Study, priors: Sequence[Case]) -> None:
    """A film cannot be compared with itself."""
    seen = {content_hash(Path(view.path)) for view in study.views}
    for prior in priors:
        for name, path in _contents(prior):
            if name in seen:
                raise SightlineError(f"`{path}`: was given twice, name each film and report once.")
            seen.add(name)


def _contents(prior: Case) -> list[tuple[str, str]]:
    """(what names its content, what to call it) of each film; of a report alone its name."""
    films = [(content_hash(Path(view.path)), view.path) for view in prior.study.views if Path(view.path).is_file()]
    return films or [(prior.study.study_id, "--prior")]
