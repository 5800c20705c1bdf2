"""What a model is asked, item by item: a request, and the prediction as it stands before the model has answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.prediction import Prediction
from mllm.boxes import Frame
from mllm.draft.scope import yes_or_no
from mllm.engine.protocol import Request
from mllm.prompts import (
    Shown,
    case_text,
    grounding_request,
    question_request,
    read_answer,
    report_answer,
    report_request,
    study_images,
)
from radiology.datasets.grounding import GROUND, boxes_in
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.imaging.chosen import frontal_of, prior_with_report
from radiology.reading.report import read_report
from radiology.study import Case, Certainty, Finding, Projection, Question, Study

Look = Callable[[Study, int], tuple[Shown, ...]]
"""(study, image size in px) -> the images the model sees of it."""


@dataclass(frozen=True)
class Item:
    """`blank` is the failed prediction; `request` is None where the study's images cannot be read.

    `choices` are what the answer is chosen from; none: it is generated. `section` takes from a written report the
    part that is compared.
    """

    blank: Prediction
    request: Request | None
    frames: tuple[Frame, ...] = ()
    choices: tuple[str, ...] = ()
    section: Callable[[str], str] = str


@dataclass(frozen=True)
class Reports:
    """How a benchmark asks for reports: whether only their findings section is compared, and whether the truth is what
    the data states or what `radiology.reading` reads from the reference."""

    findings_only: bool = False
    read: bool = False

    @property
    def described(self) -> str:
        part = "findings section" if self.findings_only else "findings and impression"
        known = "read from it by radiology.reading" if self.read else "stated by the data"
        return f"the report's {part}; findings {known}"

    def section(self, text: str) -> str:
        """What of a written report is compared; of one that has only an impression, that."""
        written = read_answer(text)
        return (written.findings or written.impression) if self.findings_only else text

    def reference(self, case: Case) -> str:
        if case.report is None:
            return ""
        return case.report.findings if self.findings_only else report_answer(case.report)

    def truth(self, case: Case) -> tuple[Finding, ...]:
        """Present findings, and those that are gone."""
        found = read_report(self.reference(case)) if self.read else case.findings
        return tuple(f for f in found if f.certainty is Certainty.PRESENT or f.change is not None)


def look(study: Study, size: int) -> tuple[Shown, ...]:
    """The study's own films."""
    return study_images(study, size)


def look_at_nothing(study: Study, size: int) -> tuple[Shown, ...]:
    """The study's films painted black: what is left is what the text gives away."""
    return tuple(replace(shown, image=np.zeros_like(shown.image)) for shown in study_images(study, size))


def report_items(data: Dataset, size: int, see: Look, explained: bool, reports: Reports) -> Iterator[Item]:
    """One grounded report a study, without similar cases; `explained` spells the format out for untaught models."""
    for case in data.cases:
        shown = _try(see, case.study, size)
        request = None if shown is None else report_request(case.study, shown, (), grounded=True, explained=explained)
        yield Item(blank_report(case, reports), request, _frames(shown), section=reports.section)


def question_items(data: Dataset, size: int, see: Look, chosen: bool) -> Iterator[Item]:
    """Each question as the first about its study: those answered by choosing (`chosen`) or the others."""
    wanted = [
        (number, question)
        for number, question in numbered(data.questions)
        if question.topic != GROUND and bool(choices_of(question)) is chosen
    ]
    for case, shown, number, question in _asked(data, wanted, size, see):
        request = None if shown is None else question_request(case.study, shown, question.text, question.choices)
        yield Item(blank_answer(number, question, case.study), request, _frames(shown), choices_of(question))


def grounding_items(data: Dataset, size: int, see: Look, explained: bool) -> Iterator[Item]:
    """Each phrase whose boxes are asked for."""
    wanted = [(number, question) for number, question in numbered(data.questions) if question.topic == GROUND]
    for case, shown, number, question in _asked(data, wanted, size, see):
        request = None if shown is None else grounding_request(case.study, shown, question.text, explained)
        yield Item(blank_grounding(number, question, case.study), request, _frames(shown))


def numbered(questions: Iterable[Question]) -> Iterator[tuple[int, Question]]:
    """Each question with its number among those about its study, which no choice of studies changes."""
    asked: Counter[str] = Counter()
    for question in questions:
        yield asked[question.study_id], question
        asked[question.study_id] += 1


def _asked(
    data: Dataset, questions: Sequence[tuple[int, Question]], size: int, see: Look
) -> Iterator[tuple[Case, tuple[Shown, ...] | None, int, Question]]:
    """Each numbered question with its case and films, study by study, so that films are read once."""
    by_study: dict[str, list[tuple[int, Question]]] = {}
    for number, question in questions:
        by_study.setdefault(question.study_id, []).append((number, question))
    for case in data.cases:
        own = by_study.get(case.study.study_id, [])
        shown = _try(see, case.study, size) if own else None
        yield from ((case, shown, number, question) for number, question in own)


def choices_of(question: Question) -> tuple[str, ...]:
    """What an answer is chosen from, told by the question alone: its choices, yes and no, or nothing.

    A closed question that offers alternatives ("AP or PA?") is answered freely, as is one that opens with no verb.
    """
    if question.choices or question.kind != "closed":
        return question.choices
    return yes_or_no(question.text)


def _try(see: Look, study: Study, size: int) -> tuple[Shown, ...] | None:
    try:
        return see(study, size)
    except (SightlineError, OSError):
        return None


def _frames(shown: Sequence[Shown] | None) -> tuple[Frame, ...]:
    return tuple(each.frame for each in shown or ())


def blank_report(case: Case, reports: Reports) -> Prediction:
    """The report of `case` as it stands before anybody has written it."""
    prior = prior_with_report(case.study)
    return Prediction(
        id=case.study.study_id,
        task="report",
        prediction=None,
        reference=reports.reference(case),
        study_id=case.study.study_id,
        patient_id=case.study.patient_id,
        truth=reports.truth(case),
        has_prior=bool(case.study.priors),
        context=(case_text(prior),) if prior else (),
        groups=subgroups_of(case.study),
    )


def blank_answer(number: int, question: Question, study: Study) -> Prediction:
    """The answer to question `number` about a study before anybody has given it."""
    return Prediction(
        id=f"{question.study_id}#{number}",
        task=question.kind,
        prediction=None,
        reference=question.answer,
        study_id=question.study_id,
        patient_id=study.patient_id,
        question=question.text,
        topic=question.topic,
        name=question.name,
        groups=subgroups_of(study),
    )


def blank_grounding(number: int, question: Question, study: Study) -> Prediction:
    """The boxes of a phrase before anybody has drawn them; the truth is a finding of the phrase's name."""
    true = Finding(name=question.name or "", boxes=boxes_in(question.answer))
    return blank_answer(number, question, study).model_copy(update={"task": "ground", "truth": (true,)})


_AGES = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (131, "65 and over"))


def subgroups_of(study: Study) -> dict[str, str]:
    """The groups a study belongs to, of those that are known: sex, age, view and whether there is a prior."""
    frontal = frontal_of(study)
    known = {
        "sex": study.sex,
        "age": None if study.age is None else next(name for limit, name in _AGES if study.age < limit),
        "view": frontal.projection.value if frontal and frontal.projection is not Projection.UNKNOWN else None,
        "prior": "with prior" if study.priors else None,
    }
    return {kind: value for kind, value in known.items() if value}
