"""What a model is asked, item by item: a request, and the prediction as it stands before the model has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.prediction import Prediction
from mllm.boxes import Frame
from mllm.draft.scope import yes_or_no
from mllm.engine.protocol import Request
from mllm.prompts import Shown, question_request, report_answer, report_request, study_images
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Case, Question, Study

Look = Callable[[Study, int], tuple[Shown, ...]]
"""(study, image size in px) -> the images the model sees of it."""


@dataclass(frozen=True)
class Item:
    """`blank` is the failed prediction; `request` is None where the study's images cannot be read.

    `choices` are what the answer is chosen from; none: it is generated.
    """

    blank: Prediction
    request: Request | None
    frames: tuple[Frame, ...] = ()
    choices: tuple[str, ...] = ()


def look(study: Study, size: int) -> tuple[Shown, ...]:
    """The study's own films."""
    return study_images(study, size)


def look_at_nothing(study: Study, size: int) -> tuple[Shown, ...]:
    """The study's films painted black: what is left is what the text gives away."""
    return tuple(replace(shown, image=np.zeros_like(shown.image)) for shown in study_images(study, size))


def report_items(data: Dataset, size: int, see: Look, explained: bool) -> Iterator[Item]:
    """One grounded report a study, without similar cases; `explained` spells the format out for untaught models."""
    for case in data.cases:
        shown = _try(see, case.study, size)
        request = None if shown is None else report_request(case.study, shown, (), grounded=True, explained=explained)
        yield Item(_blank_report(case), request, _frames(shown))


def question_items(data: Dataset, size: int, see: Look, chosen: bool) -> Iterator[Item]:
    """Each question as the first about its study: those answered by choosing (`chosen`) or the others."""
    asked: dict[str, list[tuple[int, Question]]] = {}
    for number, question in enumerate(data.questions):
        if bool(choices_of(question)) is chosen:
            asked.setdefault(question.study_id, []).append((number, question))
    for case in data.cases:
        questions = asked.get(case.study.study_id, [])
        shown = _try(see, case.study, size) if questions else None
        for number, question in questions:
            request = None if shown is None else question_request(case.study, shown, question.text, question.choices)
            yield Item(_blank_answer(number, question), request, _frames(shown), choices_of(question))


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


def _blank_report(case: Case) -> Prediction:
    return Prediction(
        id=case.study.study_id,
        task="report",
        prediction=None,
        reference=report_answer(case.report) if case.report else "",
        study_id=case.study.study_id,
        truth=case.present,
    )


def _blank_answer(number: int, question: Question) -> Prediction:
    return Prediction(
        id=f"{question.study_id}#{number}",
        task=question.kind,
        prediction=None,
        reference=question.answer,
        study_id=question.study_id,
        question=question.text,
        topic=question.topic,
        name=question.name,
    )
