"""A `studies.jsonl` or `questions.jsonl` without identity: ids, dates, ages, texts and paths, in priors too."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from radiology.findings import FINDINGS
from radiology.imaging.deid.dates import capped_years, earlier
from radiology.imaging.deid.film import read_film_header
from radiology.imaging.deid.known import Known, known_from, known_ids
from radiology.imaging.deid.refusal import RefusedError
from radiology.imaging.deid.secret import Secret
from radiology.imaging.deid.tally import Tally
from radiology.imaging.deid.text import scrubbed
from radiology.imaging.pixels import kind_of
from radiology.study import Case, Finding, Noun, Question, Study, View

_N = TypeVar("_N", bound=Noun)
_PLAIN = re.compile(r"(?:frontal|lateral|view|image|pa|ap)?\d{0,2}")
"""Names of views that say nothing."""
_TEXTS: tuple[str, ...] = (
    "indication",
    "technique",
    "comparison",
    "note",
    "findings",
    "impression",
    "text",
    "answer",
    "topic",
    "location",
)
_TEXTS += ("position", "source", "licence", "split", "phantom_version", "name")


@dataclass(frozen=True)
class Lines:
    """`moved` gives the path of an image after de-identification."""

    secret: Secret
    tally: Tally
    moved: Callable[[str], str]

    def case(self, case: Case) -> Case:
        return self._case(case, known_of(case))

    def question(self, question: Question, known: Known) -> Question:
        """`known` is what is known of the study it is about."""
        known |= known_ids(question.study_id)
        choices = tuple(self._text(choice, known) for choice in question.choices)
        changed = {"study_id": self._study_id(question.study_id), "choices": choices}
        return self._texts(question, known).model_copy(update=changed)

    def _case(self, case: Case, known: Known) -> Case:
        names = {view.id: _view_name(view.id, number) for number, view in enumerate(case.study.views, 1)}
        changed = {
            "study": self._study(case.study, names, known),
            "report": case.report and self._texts(case.report, known),
            "findings": tuple(self._finding(finding, names, known) for finding in case.findings),
        }
        return self._texts(case, known).model_copy(update=changed)

    def _study(self, study: Study, names: dict[str, str], known: Known) -> Study:
        changed = {
            "study_id": self._study_id(study.study_id),
            "patient_id": self.secret.patient(study.patient_id),
            "date": study.date and earlier(study.date, self.secret.days(study.patient_id)),
            "age": capped_years(study.age),
            "views": tuple(self._view(view, names) for view in study.views),
            "priors": tuple(self._case(prior, known) for prior in study.priors),
        }
        self.tally.tag("pseudonym", "studies.jsonl study_id")
        self.tally.tag("pseudonym", "studies.jsonl patient_id")
        if study.date is not None:
            self.tally.tag("date shifted", "studies.jsonl date")
        return self._texts(study, known).model_copy(update=changed)

    def _view(self, view: View, names: dict[str, str]) -> View:
        return view.model_copy(update={"id": names[view.id], "path": self.moved(view.path)})

    def _finding(self, finding: Finding, names: dict[str, str], known: Known) -> Finding:
        boxes = tuple(box.model_copy(update={"view": names.get(box.view, "view")}) for box in finding.boxes)
        return self._texts(finding, known).model_copy(update={"boxes": boxes})

    def _study_id(self, study_id: str) -> str:
        return f"S{self.secret.name('study', study_id)}"

    def _texts(self, noun: _N, known: Known) -> _N:
        texts = {name: getattr(noun, name) for name in _TEXTS if isinstance(getattr(noun, name, None), str)}
        changed = {name: self._text(text, known) for name, text in texts.items() if text not in FINDINGS}
        return noun.model_copy(update=changed)

    def _text(self, text: str, known: Known) -> str:
        return scrubbed(text, known, self.tally.found)


def _view_name(name: str, number: int) -> str:
    return name if _PLAIN.fullmatch(name.lower()) else f"view{number}"


def known_of(case: Case) -> Known:
    """What is known of a case and its priors: their ids, and the headers of their films."""
    known = known_ids(case.study.study_id, case.study.patient_id)
    for view in case.study.views:
        known |= _in_header(Path(view.path))
    for prior in case.study.priors:
        known |= known_of(prior)
    return known


def _in_header(path: Path) -> Known:
    try:
        return known_from(read_film_header(path)) if path.is_file() and kind_of(path) == "dicom" else Known()
    except RefusedError:
        return Known()
