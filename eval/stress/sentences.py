"""Drafts weighed sentence by sentence, and each sentence as a prediction: is it right, and was it supported?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from eval.items import Look, look, subgroups_of
from eval.prediction import Prediction
from mllm.draft import sight
from mllm.draft.assistant import REPORT_TOKENS
from mllm.draft.calibration.grade import graded
from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import UNSUPPORTED, weigh_claim
from mllm.draft.precedents import read_precedents
from mllm.draft.sight import Sight
from mllm.draft.transcript import Transcript
from mllm.draft.truth import is_right
from mllm.engine.protocol import Completion, Engine
from mllm.model.perception import Perception
from mllm.prompts import Shown, report_request
from radiology.checks.table import checked
from radiology.errors import SightlineError
from radiology.study import Case, Certainty, DraftSentence, Finding, Study

BATCH = 32
TASK = "sentence"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """The report of a case as the engine wrote it, markup included."""

    case: Case
    completion: Completion


def write_reports(cases: Sequence[Case], engine: Engine, see: Look = look) -> Iterator[Written]:
    """The grounded report of each case, without similar cases; cases whose film cannot be read are left out."""
    for start in range(0, len(cases), BATCH):
        seen = [(case, shown) for case in cases[start : start + BATCH] if (shown := _try(see, case.study, engine))]
        asked = [report_request(case.study, shown, explained=not engine.box_tokens) for case, shown in seen]
        for (case, _), completion in zip(seen, engine.complete(asked, REPORT_TOKENS) if asked else (), strict=True):
            yield Written(case, completion)


def _try(see: Look, study: Study, engine: Engine) -> tuple[Shown, ...]:
    try:
        return see(study, engine.image_size)
    except (SightlineError, OSError) as error:
        _log.warning("%s: no report, %s", study.study_id, error)
        return ()


def look_with(perception: Perception, study: Study, see: Look = look) -> Sight:
    """What the heads make of the films that `see` shows, whatever these are."""
    return sight.look(study, perception, see(study, perception.image_size), force=True)


def weigh_report(
    completion: Completion, study: Study, sight: Sight, calibration: Calibration | None = None
) -> tuple[DraftSentence, ...]:
    """Every sentence of a report with its evidence, flags and, given a calibration, its confidence."""
    transcript, precedents = Transcript.of(completion, sight.frames), read_precedents(study, ())
    sentences = []
    for claim in transcript.rest():
        sentence = weigh_claim(claim, sight, precedents)
        if calibration is not None:
            sentence = graded(sentence, sight, calibration, transcript.log_probabilities(claim))
        sentences.append(sentence)
    return checked(sentences, study)


def is_positive(sentence: DraftSentence) -> bool:
    """Whether a sentence has a finding as present."""
    return any(mention.finding.certainty is Certainty.PRESENT for mention in sentence.findings)


def rows_of(
    study: Study, sentences: Sequence[DraftSentence], truth: Sequence[Finding], known: Set[str] | None = None
) -> list[Prediction]:
    """One row a sentence that states something to judge: "right" or "wrong", under "supported" or "unsupported".

    `known` are the findings that `truth` is complete about, None: all.
    """
    return [
        Prediction(
            id=f"{study.study_id}#{i}",
            task=TASK,
            prediction=sentence.text,
            reference="right" if right else "wrong",
            probability=sentence.confidence,
            study_id=study.study_id,
            patient_id=study.patient_id,
            topic="unsupported" if UNSUPPORTED in sentence.flags else "supported",
            groups=subgroups_of(study),
        )
        for i, sentence in enumerate(sentences)
        if (right := is_right(sentence, truth, known)) is not None
    ]
