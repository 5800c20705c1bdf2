"""Drafts, and reports with a planted error, weighed and judged film by film: what confidence and evidence are worth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from eval.prediction import Prediction
from eval.stress.sentences import look_with, rows_of, weigh_report, write_reports
from mllm.draft.assistant import Assistant
from mllm.draft.calibration.grade import LOW_CONFIDENCE, graded
from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import weigh
from mllm.draft.falsify import planted_report
from mllm.draft.sight import Sight
from mllm.draft.truth import known_of, state_of
from radiology.study import Case, Certainty, DraftSentence


@dataclass(frozen=True)
class Decision:
    """The prediction set of one finding of one film, and whether the film shows it."""

    study_id: str
    patient_id: str
    name: str
    shown: bool
    held: frozenset[Certainty]

    @property
    def covered(self) -> bool:
        return (Certainty.PRESENT if self.shown else Certainty.ABSENT) in self.held


@dataclass
class Sentences:
    """Rows of judged sentences, and of each whether it stands: whether it is sure enough not to be abstained from."""

    rows: list[Prediction] = field(default_factory=list)
    stands: list[bool] = field(default_factory=list)

    def add(self, case: Case, sentences: Sequence[DraftSentence]) -> None:
        rows = rows_of(case.study, sentences, case.findings, known_of(case))
        low = {f"{case.study.study_id}#{i}" for i, each in enumerate(sentences) if LOW_CONFIDENCE in each.flags}
        self.rows += rows
        self.stands += [row.id not in low for row in rows]


@dataclass
class Watched:
    """What was seen on films of one kind; `recognised` counts those taken for that kind, `familiar` those like it."""

    name: str
    films: int = 0
    recognised: int = 0
    familiar: int = 0
    draft: Sentences = field(default_factory=Sentences)
    report: Sentences = field(default_factory=Sentences)
    decisions: list[Decision] = field(default_factory=list)


def watch(
    assistant: Assistant, name: str, cases: Sequence[Case], progress: Callable[[int], None] = lambda done: None
) -> Watched:
    """Draft `cases` without similar cases, and read a report with one planted error of each; `progress` gets the number
    of films done. Without a calibration there are no confidences and no prediction sets."""
    seen = Watched(name)
    for written in write_reports(cases, assistant.engine):
        case, calibration = written.case, assistant.calibration
        sight = look_with(assistant.perception, case.study)
        drafted = weigh_report(written.completion, case.study, sight, calibration)
        read = _read(case, sight, calibration)
        seen.films += 1
        seen.draft.add(case, drafted)
        seen.report.add(case, read)
        if calibration is not None:
            kind = calibration.kind(sight.embedding)
            seen.recognised += kind.name == name
            seen.familiar += calibration.knows(sight.embedding)
            seen.decisions += _decisions(case, sight, calibration)
        progress(seen.films)
    return seen


def _read(case: Case, sight: Sight, calibration: Calibration | None) -> tuple[DraftSentence, ...]:
    """A report of the case with one error, as `check` weighs it."""
    seed = list(hashlib.sha256(f"planted in {case.study.study_id}".encode()).digest())
    sentences = weigh(planted_report(case, np.random.default_rng(seed)), case.study, sight)
    if calibration is None:
        return sentences
    return tuple(graded(sentence, sight, calibration, text="report") for sentence in sentences)


def _decisions(case: Case, sight: Sight, calibration: Calibration) -> list[Decision]:
    kind = calibration.kind(sight.embedding)
    known = [(name, state_of(name, case), sight.probability(name)) for name in kind.bands]
    return [
        Decision(case.study.study_id, case.study.patient_id, name, shown, kind.bands[name].set_of(p))
        for name, shown, p in known
        if shown is not None and p is not None
    ]
