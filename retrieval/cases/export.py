"""A case base as files that other programs read: a data set in JSON Lines with small pictures, or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from radiology.datasets.jsonl import STUDIES, write_cases
from radiology.datasets.whole_file import whole_file
from radiology.imaging.chosen import film_of
from radiology.study import Case
from retrieval.cases.base import store_file
from retrieval.store.filter import EVERYTHING, Filter
from retrieval.store.record import Record
from retrieval.store.store import CaseStore
from retrieval.store.words import words_of

COLUMNS = ("study_id", "patient", "date", "view", "findings", "report", "source", "licence", "split")


def export_cases(folder: Path, output: Path, wanted: Filter = EVERYTHING) -> int:
    """Write what `wanted` gives to `output`, a table when it ends in .csv, else a folder; the number of cases.

    The folder gets `studies.jsonl` and `thumbnails/`, which every command reads as a data set. Patients are hashes.
    Raises SightlineError when `folder` is no case base.
    """
    store = CaseStore(store_file(folder))
    records = (record for part in store.records(wanted) for record in part)
    return _table(output, records) if output.suffix.lower() == ".csv" else _folder(output, records)


def _folder(output: Path, records: Iterator[Record]) -> int:
    number = 0

    def pictured() -> Iterator[Case]:
        nonlocal number
        for number, record in enumerate(records, start=1):
            path = output / "thumbnails" / f"{number:08d}.png"
            with whole_file(path, "wb") as file:
                file.write(record.film.thumbnail)
            yield _shown(record, path)

    write_cases(output / STUDIES, pictured())
    return number


def _shown(record: Record, path: Path) -> Case:
    """The case with its thumbnail as its only view; boxes are fractions, so they hold on it as well."""
    case, view = record.case, film_of(record.case.study)
    width, height = Image.open(io.BytesIO(record.film.thumbnail)).size
    assert view is not None  # what is stored was found by a film
    small = view.model_copy(update={"path": str(path), "width": width, "height": height, "pixel_spacing": None})
    findings = tuple(
        finding.model_copy(update={"boxes": tuple(box for box in finding.boxes if box.view == view.id)})
        for finding in case.findings
    )
    study = case.study.model_copy(update={"views": (small,)})
    return case.model_copy(update={"study": study, "findings": findings})


def _table(output: Path, records: Iterator[Record]) -> int:
    number = 0
    with whole_file(output) as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number, record in enumerate(records, start=1):  # noqa: B007  the last is the count
            case, study = record.case, record.case.study
            place = (case.source, case.licence, record.split)
            rows.writerow(
                [
                    study.study_id,
                    study.patient_id,
                    study.date or "",
                    record.view,
                    *words_of(case, record.findings),
                    *place,
                ]
            )
    return number
