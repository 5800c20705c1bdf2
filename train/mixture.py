"""What the language model learns from: conversations about films, made from cases and questions on the shelf.

A conversation opens with the films (and sometimes a prior, an indication or similar cases), then asks for a report,
plain or with boxes, for a list of findings with boxes, or asks questions. Every answer in it is learnt, nothing else.
Real films have weak supervision: a report in our grammar from their labels that is silent about all that is unknown,
closed questions, the view, and their own question-answer pairs. They are never shown twice in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mllm.boxes import encode
from mllm.draft.retriever import SimilarCase
from mllm.engine.protocol import GrayImage, Message, Request
from mllm.prompts import (
    LIST_TASK,
    Shown,
    list_answer,
    next_question,
    question_request,
    report_answer,
    report_request,
    study_images,
)
from radiology.findings import FINDINGS, NIH_LABELS
from radiology.phantom.language.statement import Statement, report_of
from radiology.phantom.language.styles import Style
from radiology.phantom.language.write import write_statements
from radiology.phantom.questions import closed_question
from radiology.study import Case, Certainty, Projection, Question, View
from train.augment import vary
from train.shelf import Shard, film_key

VIEW_QUESTION = "Which view is this?"
OWN_QUESTIONS = ("vqa_rad", "vqa_med_2019")
NEIGHBOURS = 24
MOST_QUESTIONS = 6
Task = Literal["report", "list", "questions"]
SHARES: dict[bool, dict[Task, float]] = {
    True: {"report": 0.45, "list": 0.2, "questions": 0.35},
    False: {"report": 0.25, "questions": 0.75},
}
"""How often a conversation opens with each task, for phantoms (True) and for real films, which have no boxes."""
SHORT: dict[bool, dict[Task, float]] = {True: {"list": 0.5, "questions": 0.5}, False: {"questions": 1.0}}
"""The lesson of stage `align`."""
ASKED_ONLY: dict[Task, float] = {"questions": 1.0}


@dataclass(frozen=True)
class Conversation:
    """A finished exchange: `messages` alternate user and assistant; every assistant turn is learnt."""

    messages: tuple[Message, ...]
    images: tuple[GrayImage, ...]


@dataclass(frozen=True)
class Mixture:
    """Conversations about the cases of `shard`; `near` [C, K] are the cases most like each by embedding."""

    shard: Shard
    size: int
    near: NDArray[np.int64] | None = None

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each film by the path its view has."""
        index = {key: row for row, key in enumerate(self.shard.keys)}
        return {v.path: index[film_key(c.study.study_id, v.id)] for c in self.shard.cases for v in c.study.views}

    @cached_property
    def asked(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.shard.questions:
            found.setdefault(question.study_id, []).append(question)
        return found

    def read(self, view: View) -> NDArray[np.uint8]:
        """[S, S] the letterboxed film of a view on the shelf."""
        film: NDArray[np.uint8] = self.shard.images[self.rows[view.path]]
        return film

    def conversation(self, index: int, task: Task, seed: int) -> Conversation:
        """One conversation about case `index` that opens with `task`; the same seed gives the same one."""
        rng = np.random.default_rng([seed, index])
        case = self.shard.cases[index]
        real = case.source != "phantom"
        shown = study_images(case.study, self.size, lambda v: vary(self.read(v), rng, True) if real else self.read(v))
        similar = self._similar(index, rng) if task == "report" and rng.random() < 0.4 else ()
        if task == "questions":
            first, *later = self._questions(case, rng)[:MOST_QUESTIONS]
            request, answer = question_request(case.study, shown, first.text, first.choices, similar), first.answer
        else:
            later = self._questions(case, rng)[: int(rng.integers(0, 3))]
            if task == "report":
                request, answer = self._report(case, shown, similar, rng)
            else:
                request, answer = question_request(case.study, shown, LIST_TASK), list_answer(case, shown)
        for question in later:
            request = next_question(request, answer, question.text, question.choices)
            answer = question.answer
        return Conversation((*request.messages, Message("assistant", answer)), request.images)

    def _report(
        self, case: Case, shown: Sequence[Shown], similar: Sequence[SimilarCase], rng: np.random.Generator
    ) -> tuple[Request, str]:
        grounded = rng.random() < 0.75
        statements = write_statements(case.findings, rng, style=Style.TERSE)
        if grounded:
            statements = tuple(_grounded(statement, shown) for statement in statements)
        return report_request(case.study, shown, similar, grounded), report_answer(report_of(statements))

    def _questions(self, case: Case, rng: np.random.Generator) -> list[Question]:
        """Some questions about the case, in random order, at least one.

        Yes/no questions come first more often than not, since the answers to the others give theirs away.
        """
        if case.source in OWN_QUESTIONS:
            own = [q for q in self.asked[case.study.study_id] if q.topic != "abnormality" or rng.random() < 0.2]
            return _shuffled(own or self.asked[case.study.study_id], rng)
        closed = _shuffled(_presence(case, rng), rng)
        other = _shuffled([q for q in self.asked.get(case.study.study_id, []) if q.topic != "presence"], rng)
        view = case.study.views[0].projection
        asked = case.source != "phantom" and view is not Projection.UNKNOWN and rng.random() < 0.15
        if asked or not (closed or other):
            closed.append(_view_question(case.study.study_id, view))
        return closed[:4] + other + closed[4:] if rng.random() < 0.7 else other + closed

    def _similar(self, index: int, rng: np.random.Generator) -> tuple[SimilarCase, ...]:
        """One to five cases like this one, three in ten of them exchanged for any case."""
        if self.near is None or self.near[index, 0] < 0:
            return ()
        count = int(rng.integers(1, 6))
        chosen = np.sort(rng.choice(NEIGHBOURS, count, replace=False))
        any_case = rng.integers(len(self.shard.cases), size=count)
        picks = np.where(rng.random(count) < 0.3, any_case, self.near[index, chosen])
        scores = np.sort(rng.uniform(0.6, 0.98, count))[::-1]
        patient = self.shard.cases[index].study.patient_id
        cases = [self.shard.cases[i] for i in picks]
        return tuple(
            SimilarCase(case, float(score))
            for case, score in zip(cases, scores, strict=True)
            if case.source == "phantom" and case.study.patient_id != patient
        )


def _shuffled(questions: Sequence[Question], rng: np.random.Generator) -> list[Question]:
    return [questions[i] for i in rng.permutation(len(questions))]


def _presence(case: Case, rng: np.random.Generator) -> list[Question]:
    """Closed questions, as many about absent as about present findings; of a normal case one or two.

    NIH has too few films to leave answers out: each is asked about half of the labels it does not list.
    """
    present = [f.name for f in case.present]
    absent = [f.name for f in case.findings if f.certainty is Certainty.ABSENT]
    if case.source == "nih":
        absent = [name for name in NIH_LABELS.values() if name not in present]
        count = len(NIH_LABELS) // 2
    else:
        count = max(len(present), 2 if rng.random() < 0.5 else 1)
    wrong = [absent[i] for i in rng.permutation(len(absent))[:count]]
    pairs = [(name, True) for name in present] + [(name, False) for name in wrong]
    return [closed_question(case.study.study_id, name, there, int(rng.integers(3))) for name, there in pairs]


def _view_question(study_id: str, view: Projection) -> Question:
    return Question(study_id=study_id, text=VIEW_QUESTION, answer=str(view), kind="open", topic="view")


def _grounded(statement: Statement, shown: Sequence[Shown]) -> Statement:
    """A findings sentence with its finding's boxes written behind its phrase, in the spelling of tokens."""
    if statement.phrase is None or statement.section == "impression":
        return statement
    start, end = statement.phrase
    boxes = statement.findings[0].boxes
    marked = encode(statement.text[start:end], boxes, [each.frame for each in shown], tokens=True)
    return statement.model_copy(update={"text": statement.text[:start] + marked + statement.text[end:]})


def tasks_of(cases: Sequence[Case], shares: dict[bool, dict[Task, float]], rng: np.random.Generator) -> list[Task]:
    """What the conversation about each of `cases` opens with. The question sets have questions and nothing else."""
    tasks: list[Task] = []
    for case in cases:
        share: dict[Task, float] = (
            {"questions": 1.0} if case.source in OWN_QUESTIONS else shares[case.source == "phantom"]
        )
        tasks.append(list(share)[int(rng.choice(len(share), p=list(share.values())))])
    return tasks


def corpus(mixture: Mixture, count: int) -> list[str]:
    """Texts a tokenizer is made from: the messages of `count` conversations, and the name of every finding."""
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(mixture.shard.cases), size=count).tolist()
    tasks = tasks_of([mixture.shard.cases[i] for i in chosen], SHARES, rng)
    opened = [mixture.conversation(i, task, 0) for i, task in zip(chosen, tasks, strict=True)]
    return [message.text for each in opened for message in each.messages] + [term.text for term in FINDINGS.values()]


def any_cases(cases: Sequence[Case], seed: int) -> NDArray[np.int64]:
    """[C, K] phantoms by chance: enough to show a tokenizer how similar cases are written."""
    phantoms = np.array([i for i, case in enumerate(cases) if case.source == "phantom"])
    return np.random.default_rng(seed).choice(phantoms, (len(cases), NEIGHBOURS))


def neighbours(embeddings: NDArray[np.float32], cases: Sequence[Case]) -> NDArray[np.int64]:
    """[C, K] the nearest phantoms to each phantom by `embeddings` [C, E], never itself; -1 for real films."""
    phantom = np.array([case.source == "phantom" for case in cases])
    near = np.full((len(cases), NEIGHBOURS), -1, np.int64)
    indices = np.flatnonzero(phantom)
    pool = embeddings[indices]
    for start in range(0, len(indices), 512):
        rows = indices[start : start + 512]
        likeness = embeddings[rows] @ pool.T
        likeness[np.arange(len(rows)), np.arange(start, start + len(rows))] = -np.inf
        best = np.argpartition(-likeness, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        order = np.argsort(-np.take_along_axis(likeness, best, 1), axis=1)
        near[rows] = indices[np.take_along_axis(best, order, 1)]
    return near
