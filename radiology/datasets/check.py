"""What is wrong with a data set: the checks of `radiology.datasets.checks`, spread over processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from functools import partial
from pathlib import Path

from radiology.datasets.checks.copies import copy_problems
from radiology.datasets.checks.films import film_problems, open_films
from radiology.datasets.checks.problem import Problem
from radiology.datasets.checks.records import Records, read_records
from radiology.datasets.checks.rereading import reread
from radiology.datasets.checks.table import CASE_CHECKS, SET_CHECKS
from radiology.datasets.processes import Progress, spread
from radiology.study import Case


def _silent(done: int, total: int) -> None:
    pass


def find_problems(
    path: Path,
    again: bool = False,
    workers: int | None = None,
    progress: Callable[[str], Progress] = lambda stage: _silent,
) -> list[Problem]:
    """All problems of the `studies.jsonl` at `path`, by kind; `again` also reads each report and compares its findings.

    workers: number of processes, None for one a processor. `progress` gives, for the name of a stage, a function of
    (done, of how many). Raises SightlineError when the file, or the questions beside it, cannot be read.
    """
    records = read_records(path)
    return sorted(_problems(records, again, workers, progress))


def _problems(
    records: Records, again: bool, workers: int | None, progress: Callable[[str], Progress]
) -> Iterator[Problem]:
    cases = records.cases
    yield from records.outside
    for check in SET_CHECKS:
        yield from check(cases, records.questions)
    listed = frozenset(finding.name for case in cases for finding in case.findings)
    work = partial(reread_case, vocabulary=listed) if again else check_case
    for found in spread(work, cases, workers, progress("reports")):
        yield from found
    films = open_films(cases, workers, progress("films"))
    yield from film_problems(cases, films)
    yield from copy_problems(cases, films)


def check_case(case: Case) -> Sequence[Problem]:
    return [problem for check in CASE_CHECKS for problem in check(case)]


def reread_case(case: Case, vocabulary: Set[str]) -> Sequence[Problem]:
    return [*check_case(case), *reread(case, vocabulary)]
