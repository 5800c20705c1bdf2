"""What is done to one file, by its kind: a film, a picture, a list of cases, or something that is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from radiology.datasets.jsonl import STUDIES, read_cases, read_questions, write_cases, write_questions
from radiology.errors import SightlineError
from radiology.imaging.deid.cases import Lines, known_of
from radiology.imaging.deid.film import clean_film, encoded, is_directory, patient_of, read_film_header
from radiology.imaging.deid.header import Cleaner
from radiology.imaging.deid.known import Known, known_from
from radiology.imaging.deid.options import Markers
from radiology.imaging.deid.picture import suffix_of, write_picture
from radiology.imaging.deid.place import Places, whole
from radiology.imaging.deid.refusal import RefusedError, nothing_quoted
from radiology.imaging.deid.secret import Secret
from radiology.imaging.deid.tally import Tally
from radiology.imaging.pixels import Kind, kind_of
from radiology.study import Case, Question

_LEFT_OUT = "left out: neither image nor list of cases"
_LIST = ".jsonl"


@dataclass(frozen=True)
class Treatment:
    places: Places
    secret: Secret
    markers: Markers

    def treat(self, file: Path) -> tuple[Tally, Path | None]:
        """What was done and the file written, None for one left out. Raises RefusedError for what cannot be."""
        tally = Tally()
        written = self._list(file, tally) if file.suffix.lower() == _LIST else self._image(file, tally)
        tally.files["written" if written else _LEFT_OUT] += 1
        return tally, written

    def _image(self, file: Path, tally: Tally) -> Path | None:
        """The image written, None where `file` is none."""
        kind = _kind(file)
        if kind is None or (kind == "dicom" and is_directory(file)):
            return None
        target = self._target(file)
        with whole(target) as partial:
            if kind == "raster":
                write_picture(file, partial, self.markers, tally)
            else:
                header = read_film_header(file)
                cleaner = Cleaner(self.secret, patient_of(header), known_from(header), tally)
                partial.write_bytes(encoded(file, clean_film(file, cleaner, self.markers)))
        return target

    def _target(self, file: Path) -> Path:
        """Where an image goes."""
        kind = _kind(file) if file.is_file() else None
        suffix = ".missing" if kind is None else ".dcm" if kind == "dicom" else suffix_of(file)
        return self.places.of(file, suffix)

    def _list(self, file: Path, tally: Tally) -> Path:
        target = self.places.of(file, _LIST)
        cases, questions = _read(file)
        lines = Lines(self.secret, tally, lambda path: str(self._target(Path(path))))
        with whole(target) as partial:
            if questions:
                known = _known_beside(file)
                write_questions(
                    partial, (lines.question(asked, known.get(asked.study_id, Known())) for asked in questions)
                )
            else:
                write_cases(partial, map(lines.case, cases))
        return target


def images_listed(files: Iterable[Path]) -> Iterator[Path]:
    """The images that the lists of cases among `files` name and that are there."""
    for file in files:
        if file.suffix.lower() == _LIST:
            with suppress(RefusedError):
                yield from (image for case in _read(file)[0] for image in _images(case) if image.is_file())


def _known_beside(questions: Path) -> dict[str, Known]:
    """What is known of the studies, by id, of the `studies.jsonl` in the same folder; nothing without one."""
    with suppress(SightlineError):
        return {case.study.study_id: known_of(case) for case in read_cases(questions.parent / STUDIES)}
    return {}


def _images(case: Case) -> Iterator[Path]:
    yield from (Path(view.path) for view in case.study.views)
    for prior in case.study.priors:
        yield from _images(prior)


def _read(file: Path) -> tuple[list[Case], list[Question]]:
    """Cases or else questions. Raises RefusedError for a file of neither."""
    with suppress(SightlineError):
        return read_cases(file), []
    with suppress(SightlineError):
        return [], read_questions(file)
    raise RefusedError(file, "is no list of cases or of questions")


def _kind(file: Path) -> Kind | None:
    with nothing_quoted(file):
        return kind_of(file)
