"""A `studies.jsonl` and its `questions.jsonl` as they are checked: boxes outside their film are told, not refused."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from radiology.datasets.checks.problem import Problem
from radiology.datasets.jsonl import QUESTIONS, read_cases, read_questions, with_paths
from radiology.errors import SightlineError
from radiology.study import Case, Question

OUTSIDE = "box outside its view or without extent"


@dataclass(frozen=True)
class Records:
    """`outside` are the boxes that are no part of an image, which the cases are without."""

    cases: tuple[Case, ...]
    questions: tuple[Question, ...] = ()
    outside: tuple[Problem, ...] = ()


def read_records(path: Path) -> Records:
    """The cases of the file and the questions beside it, with absolute paths.

    Raises SightlineError for a line that is no case for another reason than its boxes.
    """
    asked = path.parent / QUESTIONS
    questions = tuple(read_questions(asked)) if asked.exists() and asked != path else ()
    try:
        return Records(tuple(read_cases(path)), questions)
    except SightlineError:
        mended = _mended(path)
        if mended is None:
            raise
        return Records(mended.cases, questions, mended.outside)


def _mended(path: Path) -> Records | None:
    """None where not only boxes are wrong."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        parsed = [_case(line) for line in lines]
    except (OSError, ValueError):
        return None
    folder = path.absolute().parent
    cases = tuple(with_paths(case, lambda p: os.path.normpath(folder / p)) for case, _ in parsed)
    places = ((case.study.study_id, lost) for case, lost in parsed)
    return Records(
        cases, outside=tuple(Problem(OUTSIDE, f"study {study}") for study, lost in places for _ in range(lost))
    )


def _case(line: str) -> tuple[Case, int]:
    """The case without its impossible boxes, and how many those are. Raises ValidationError for another mistake."""
    try:
        return Case.model_validate_json(line), 0
    except ValidationError as error:
        boxes = {_box(entry["loc"]) for entry in error.errors()}
        if None in boxes:
            raise
        whole = json.loads(line)
        for *parents, last in sorted(filter(None, boxes), reverse=True, key=lambda loc: [str(p).zfill(9) for p in loc]):
            del _inside(whole, parents)[last]
        return Case.model_validate_json(json.dumps(whole)), len(boxes)


def _box(place: tuple[int | str, ...]) -> tuple[int | str, ...] | None:
    """Where the box is that a mistake at `place` belongs to: (..., "boxes", 3)."""
    if "boxes" not in place[:-1]:
        return None
    return place[: place.index("boxes") + 2]


def _inside(whole: Any, parents: list[int | str]) -> Any:
    for part in parents:
        whole = whole[part]
    return whole
