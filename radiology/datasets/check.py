"""What is wrong with a data set, counted by kind: one function for each kind looks at one case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from radiology.datasets.identifiers import names_somebody
from radiology.datasets.jsonl import read_cases
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.imaging.identity import content_hash
from radiology.imaging.pixels import read_pixels
from radiology.reading.report import read_report
from radiology.study import Case, Certainty, Finding, View

UNREADABLE = "image missing or unreadable"
WRONG_SIZE = "image of another size than stated"
DUPLICATE = "image used in another study too"
IDENTIFIER = "identifier in a text"


def count_problems(path: Path, reread: bool = False) -> dict[str, int]:
    """Kind of problem -> how often, of the `studies.jsonl` at `path`; `reread` also compares reports with findings.

    Raises SightlineError when the file cannot be read as cases.
    """
    cases = read_cases(path)
    found = Counter(_between_cases(cases))
    for case in cases:
        found.update(kind for check in CASE_CHECKS for kind in check(case))
        if reread:
            found.update(_reread(case))
    return dict(sorted(found.items()))


def _between_cases(cases: Sequence[Case]) -> Iterator[str]:
    """Study ids used twice, patients in two splits, and one image in several studies."""
    ids = Counter(case.study.study_id for case in cases)
    yield from ("study id used again" for count in ids.values() for _ in range(count - 1))
    splits: dict[str, set[str]] = {}
    for case in cases:
        splits.setdefault(case.study.patient_id, set()).add(case.split)
    yield from ("patient in several splits" for found in splits.values() if len(found) > 1)
    studies: dict[str, set[str]] = {}
    for case in cases:
        for path in (Path(view.path) for view in case.study.views):
            if path.is_file():
                studies.setdefault(content_hash(path), set()).add(case.study.study_id)
    yield from (DUPLICATE for found in studies.values() for _ in range(len(found) - 1))


def _images(case: Case) -> Iterator[str]:
    if not case.study.views:
        yield "study without an image"
    for view in case.study.views:
        yield from _image(view)


def _image(view: View) -> Iterator[str]:
    try:
        height, width = read_pixels(Path(view.path)).shape
    except (SightlineError, OSError):
        yield UNREADABLE
    else:
        if (width, height) != (view.width, view.height):
            yield WRONG_SIZE


def _names(case: Case) -> Iterator[str]:
    yield from ("finding outside the vocabulary" for finding in case.findings if finding.name not in FINDINGS)


def _boxes(case: Case) -> Iterator[str]:
    views = {view.id for view in case.study.views}
    for finding in case.findings:
        yield from ("box on a view that is not there" for box in finding.boxes if box.view not in views)
        if finding.boxes and finding.certainty is Certainty.ABSENT:
            yield "box of an absent finding"


def _contradictions(case: Case) -> Iterator[str]:
    present = {(finding.name, finding.side) for finding in case.present}
    absent = {(finding.name, finding.side) for finding in case.findings if finding.certainty is Certainty.ABSENT}
    yield from ("finding present and absent at once" for _ in present & absent)


def _priors(case: Case) -> Iterator[str]:
    for prior in case.study.priors:
        if prior.study.patient_id != case.study.patient_id:
            yield "prior of another patient"
        if prior.study.date and case.study.date and prior.study.date > case.study.date:
            yield "prior later than its study"


def _origin(case: Case) -> Iterator[str]:
    if "unknown" in (case.source, case.licence):
        yield "source or licence unknown"


def _texts(case: Case) -> Iterator[str]:
    study, report = case.study, case.report
    texts = [study.indication, study.technique, study.comparison, *(report.model_dump().values() if report else ())]
    if any(map(names_somebody, texts)):
        yield IDENTIFIER


CASE_CHECKS: tuple[Callable[[Case], Iterator[str]], ...] = (
    _images,
    _names,
    _boxes,
    _contradictions,
    _priors,
    _origin,
    _texts,
)


def _reread(case: Case) -> Iterator[str]:
    """Where the report, read again, says something else than the findings listed; what either leaves out is no matter
    for an absent finding, since reports name few of them."""
    if case.report is None:
        return
    read = _by_name(read_report(f"Findings: {case.report.findings}\nImpression: {case.report.impression}"))
    listed = _by_name(case.findings)
    for name in sorted(read.keys() & listed.keys()):
        yield from _disagreement(read[name], listed[name])
    yield from ("report states a finding that is not listed" for name in _present(read) - listed.keys())
    yield from ("listed finding that the report does not state" for name in _present(listed) - read.keys())


def _by_name(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.name, []).append(finding)
    return grouped


def _present(findings: dict[str, list[Finding]]) -> set[str]:
    return {name for name, group in findings.items() if any(f.certainty is Certainty.PRESENT for f in group)}


def _disagreement(read: Sequence[Finding], listed: Sequence[Finding]) -> Iterator[str]:
    if {finding.certainty for finding in read} != {finding.certainty for finding in listed}:
        yield "report and findings differ in certainty"
    elif {finding.side for finding in read} != {finding.side for finding in listed}:
        yield "report and findings differ in side"
