"""JSON Lines of cases and questions: the interchange format. Paths are relative on disk and absolute in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from radiology.datasets.source import Dataset, Source, gather
from radiology.datasets.whole_file import whole_file
from radiology.errors import SightlineError
from radiology.study import Case, Noun, Question

STUDIES = "studies.jsonl"
QUESTIONS = "questions.jsonl"
NO_STUDY = "question about a study that is not there"

AnyNoun = TypeVar("AnyNoun", bound=Noun)


def read_cases(path: Path) -> list[Case]:
    """The cases of a `studies.jsonl`. Raises SightlineError naming the line that is not one."""
    folder = path.absolute().parent
    return [with_paths(case, lambda p: os.path.normpath(folder / p)) for case in _read(path, Case)]


def write_cases(path: Path, cases: Iterable[Case]) -> None:
    """Write all or nothing; a path in `cases` that is not absolute is taken from the working folder."""
    folder = path.absolute().parent
    _write(path, (with_paths(case, lambda p: _relative(p, folder)) for case in cases))


def read_questions(path: Path) -> list[Question]:
    """The questions of a `questions.jsonl`. Raises SightlineError naming the line that is not one."""
    return _read(path, Question)


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write all or nothing."""
    _write(path, questions)


def _relative(path: str, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def with_paths(case: Case, change: Callable[[str], str]) -> Case:
    """The case, and its priors, with every view's path changed."""
    study = case.study
    views = tuple(view.model_copy(update={"path": change(view.path)}) for view in study.views)
    priors = tuple(with_paths(prior, change) for prior in study.priors)
    return case.model_copy(update={"study": study.model_copy(update={"views": views, "priors": priors})})


def _read(path: Path, noun: type[AnyNoun]) -> list[AnyNoun]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError(f"`{path}`: is no JSON Lines ({_reason(error)}), name another file.") from error
    return [_parse(path, number, line, noun) for number, line in enumerate(lines, 1) if line.strip()]


def _parse(path: Path, number: int, line: str, noun: type[AnyNoun]) -> AnyNoun:
    try:
        return noun.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        what = noun.__name__.lower()
        raise SightlineError(f"`{path}`: line {number} is no {what} ({where}: {first['msg']}), correct it.") from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unreadable" if isinstance(error, OSError) else "not UTF-8 text"


def _write(path: Path, nouns: Iterable[Noun]) -> None:
    with whole_file(path) as file:
        file.writelines(noun.model_dump_json(exclude_defaults=True) + "\n" for noun in nouns)


def _load(path: Path, workdir: Path) -> Dataset:
    """`path` is a JSON Lines file of cases or the folder of a `studies.jsonl`; questions lie beside it."""
    del workdir
    studies = path / STUDIES if path.is_dir() else path
    asked: dict[str, list[Question]] = {}
    for question in read_questions(studies.parent / QUESTIONS) if (studies.parent / QUESTIONS).exists() else ():
        asked.setdefault(question.study_id, []).append(question)
    cases = read_cases(studies)
    found = ((case, tuple(asked.get(case.study.study_id, ()))) for case in cases)
    data = gather(path, found, "cases as JSON Lines")
    about = {case.study.study_id for case in cases}
    lost = sum(len(questions) for study, questions in asked.items() if study not in about)
    return replace(data, skipped=data.skipped | {NO_STUDY: lost}) if lost else data


SOURCE = Source(
    name="jsonl",
    title="Cases as JSON Lines, such as phantoms",
    licence="as each case says",
    citation="",
    load=_load,
    layout="`studies.jsonl`, and `questions.jsonl` beside it",
    tried="phantoms and conversions",
    obtain="make it with `sightline phantom` or `sightline data convert`",
)
