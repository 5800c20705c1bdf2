"""One row of anybody's table, read by its mapping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path
from typing import Any, Literal

from radiology.datasets.cells import certainty_of, date_of, text_of, words_of
from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.label_names import NO_COUNTERPART
from radiology.datasets.mapped_images import RowImage, name_of, row_images, usable_views
from radiology.datasets.mapping import ColumnMap
from radiology.datasets.table_rows import Row
from radiology.reading.sections import read_sections
from radiology.study import Certainty, Finding, Question, Report, View

NO_IMAGE = "row without an image"
NO_PATIENT = "row without a patient"
NO_STUDY = "row without a study"
NO_ANSWER = "question without an answer"
NOT_UNDERSTOOD = {"date": "date not understood", "sex": "sex not understood", "age": "age not understood"}
_SPLITS = {"train": "train", "training": "train", "test": "test", "testing": "test"} | dict.fromkeys(
    ("val", "valid", "validate", "validation", "dev"), "val"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What a row tells of a study. `texts` are sections of its report by their name in `Report`."""

    study: str
    patient: str
    views: tuple[View, ...]
    date: Date | None
    sex: Literal["F", "M"] | None
    age: int | None
    split: str
    texts: dict[str, str]
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]


def part_of(
    row: Row, split: str | None, mapping: ColumnMap, folder: Path, workdir: Path, reasons: list[str]
) -> Part | None:
    """The row as a part of its study, None where it has no usable image or does not say whose it is.

    What is left out is added to `reasons`. `folder` is where image paths start, `split` the one the table was saved
    under. Raises ValueError for a label or a split that cannot be understood.
    """
    images = list(row_images(row, mapping, folder, workdir))
    views = tuple(usable_views(images, reasons))
    study = text_of(row[mapping.study]) if mapping.study else name_of(images)
    patient = text_of(row[mapping.patient]) if mapping.patient else study
    if not (views and study and patient):
        reasons.extend(_lack(images, study, patient))
        return None
    return Part(
        study=study,
        patient=patient,
        views=views,
        date=_date(row, mapping, reasons),
        sex=_understood("sex", sex_of, row, mapping, reasons),
        age=_understood("age", age_of, row, mapping, reasons),
        split=_split(row, split, mapping),
        texts=_texts(row, mapping),
        findings=tuple(_findings(row, mapping, reasons)),
        questions=tuple(_questions(row, study, mapping, reasons)),
    )


def _lack(images: list[RowImage], study: str, patient: str) -> Iterator[str]:
    """Why a row is no part of a study; an image that cannot be used has been counted before."""
    if not images:
        yield NO_IMAGE
    elif not study:
        yield NO_STUDY
    elif not patient:
        yield NO_PATIENT


def _date(row: Row, mapping: ColumnMap, reasons: list[str]) -> Date | None:
    try:
        return date_of(row[mapping.date], mapping.date_format) if mapping.date else None
    except ValueError:
        reasons.append(NOT_UNDERSTOOD["date"])
        return None


def _understood(field: Literal["sex", "age"], read: Any, row: Row, mapping: ColumnMap, reasons: list[str]) -> Any:
    column = mapping.sex if field == "sex" else mapping.age
    cell = text_of(row[column]) if column else ""
    value = read(cell)
    if value is None and cell.lower() not in ("", "nan", "none", "unknown", "o", "u"):
        reasons.append(NOT_UNDERSTOOD[field])
    return value


def _split(row: Row, split: str | None, mapping: ColumnMap) -> str:
    word = text_of(row[mapping.split]) if mapping.split else split or ""
    if word in mapping.split_names:
        return mapping.split_names[word]
    if word.lower() in ("", "custom", "all"):
        return "custom"
    if word.lower() not in _SPLITS:
        raise ValueError(f"`{word}` is no split, say which it is: split_names.{word}=train, val, test or custom")
    return _SPLITS[word.lower()]


def _texts(row: Row, mapping: ColumnMap) -> dict[str, str]:
    """Sections in columns of their own outdo those of a whole report."""
    whole = read_sections(text_of(row[mapping.report])) if mapping.report else Report()
    found: dict[str, str] = {}
    for section, text in whole.model_dump().items():
        column = getattr(mapping, section)
        found[section] = " ".join((text_of(row[column]) if column else text).split())
    return found


def _findings(row: Row, mapping: ColumnMap, reasons: list[str]) -> Iterator[Finding]:
    for column, name in mapping.labels.items():
        try:
            certainty = certainty_of(row[column])
        except ValueError as error:
            raise ValueError(f"label {column} is {error}, write 1, 0, -1 (uncertain) or nothing") from error
        if certainty is not None:
            yield Finding(name=str(name), certainty=certainty)
    for label in words_of(row[mapping.label_list], mapping.label_separator) if mapping.label_list else ():
        name = mapping.finding(label)
        if name is not None:
            yield Finding(name=name, certainty=Certainty.PRESENT)
        elif not mapping.says_nothing(label):
            reasons.append(NO_COUNTERPART)


def _questions(row: Row, study: str, mapping: ColumnMap, reasons: list[str]) -> Iterator[Question]:
    if mapping.question is None or mapping.answer is None:
        return
    asked, answers = _listed(row[mapping.question]), _listed(row[mapping.answer])
    choices = tuple(words_of(row[mapping.choices], "|")) if mapping.choices and row[mapping.choices] else ()
    topic = text_of(row[mapping.topic]) if mapping.topic else ""
    for place, text in enumerate(asked):
        answer = answers[place] if place < len(answers) else ""
        if text and answer:
            kind = "choice" if choices else "closed" if answer.lower() in ("yes", "no") else "open"
            yield Question.model_validate(
                {"study_id": study, "text": text, "answer": answer, "kind": kind, "choices": choices, "topic": topic}
            )
        elif text or answer:
            reasons.append(NO_ANSWER)


def _listed(cell: Any) -> list[str]:
    """One line each."""
    return [" ".join(text_of(each).split()) for each in (cell if isinstance(cell, list) else [cell])]
