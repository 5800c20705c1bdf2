"""What one case shows by itself: a function for each kind of problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from radiology.datasets.checks.problem import Problem
from radiology.findings import FINDINGS
from radiology.study import Case, Certainty, Finding, Side

NO_IMAGE = "study without an image"
VIEW_AGAIN = "view id used again"
UNKNOWN_NAME = "finding outside the vocabulary"
NO_VIEW = "box of an unknown view"
ABSENT_BOX = "box of an absent finding"
CONTRADICTION = "finding present and absent at once"
OTHER_PRIOR = "prior of another patient"
LATER_PRIOR = "prior later than its study"
OWN_PRIOR = "study that is its own prior"
NO_ORIGIN = "source or licence unknown"
EMPTY_REPORT = "report without findings and impression"


def missing_views(case: Case) -> Iterator[Problem]:
    if not case.study.views:
        yield _problem(NO_IMAGE, case)


def repeated_views(case: Case) -> Iterator[Problem]:
    """A box could not say which of the two it is on."""
    for name, count in Counter(view.id for view in case.study.views).items():
        if count > 1:
            yield _problem(VIEW_AGAIN, case, f"view {name}")


def unknown_names(case: Case) -> Iterator[Problem]:
    for finding in case.findings:
        if finding.name not in FINDINGS:
            yield _problem(UNKNOWN_NAME, case, finding.name)


def lost_boxes(case: Case) -> Iterator[Problem]:
    views = {view.id for view in case.study.views}
    for finding in case.findings:
        for box in finding.boxes:
            if box.view not in views:
                yield _problem(NO_VIEW, case, f"{finding.name} on {box.view}")


def absent_boxes(case: Case) -> Iterator[Problem]:
    for finding in case.findings:
        if finding.boxes and finding.certainty is Certainty.ABSENT:
            yield _problem(ABSENT_BOX, case, finding.name)


def contradictions(case: Case) -> Iterator[Problem]:
    """A finding said to be absent without a side is absent on both."""
    absent = [finding for finding in case.findings if finding.certainty is Certainty.ABSENT]
    for finding in case.present:
        if any(finding.name == other.name and _denies(other, finding) for other in absent):
            yield _problem(CONTRADICTION, case, finding.name)


def _denies(absent: Finding, present: Finding) -> bool:
    """Without a location that the present one does not share, on its side or on none."""
    if absent.location is not None and absent.location != present.location:
        return False
    sides = (present.side, Side.BILATERAL) if present.side is not Side.BILATERAL else tuple(Side)
    return absent.side is None or absent.side in sides


def foreign_priors(case: Case) -> Iterator[Problem]:
    for prior in case.study.priors:
        if prior.study.patient_id != case.study.patient_id:
            yield _problem(OTHER_PRIOR, case, f"prior {prior.study.study_id}")


def late_priors(case: Case) -> Iterator[Problem]:
    for prior in case.study.priors:
        if prior.study.date and case.study.date and prior.study.date > case.study.date:
            yield _problem(LATER_PRIOR, case, f"prior {prior.study.study_id}")


def own_priors(case: Case) -> Iterator[Problem]:
    if any(prior.study.study_id == case.study.study_id for prior in case.study.priors):
        yield _problem(OWN_PRIOR, case)


def unknown_origin(case: Case) -> Iterator[Problem]:
    if "unknown" in (case.source, case.licence):
        yield _problem(NO_ORIGIN, case)


def empty_reports(case: Case) -> Iterator[Problem]:
    if case.report is not None and not (case.report.findings.strip() or case.report.impression.strip()):
        yield _problem(EMPTY_REPORT, case)


def _problem(kind: str, case: Case, what: str = "") -> Problem:
    return Problem(kind, f"study {case.study.study_id}" + (f", {what}" if what else ""))
