from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mllm.draft.assistant import Assistant
from mllm.draft.calibrate import calibrate
from radiology.study import Case, Finding, Side, Study

TEXT = "Left pleural effusion. Right consolidation. No nodule. The film is rotated."


def test_sentences_of_known_cases_teach_the_confidence(
    study: Study, heads: Callable[..., Any], writer: Callable[..., Any]
) -> None:
    """On this film the supported sentences are right and the unsupported one is wrong."""
    perception = heads(lit=[("pleural_effusion", 0.75, 0.7)])
    case = Case(study=study, findings=(Finding(name="pleural_effusion", side=Side.LEFT),))
    told: list[tuple[int, int]] = []
    assistant = Assistant(writer(*[TEXT] * 6), perception)
    calibration = calibrate(assistant, [case] * 5, batch=2, progress=lambda done, total: told.append((done, total)))
    assert calibration.n == 15
    assert calibration.model_hash == assistant.engine.info.hash
    assert told == [(2, 5), (4, 5), (5, 5)]
    assistant.calibration = calibration
    effusion, consolidation, nodule, rotated = assistant.draft(study).sentences
    assert effusion.confidence is not None
    assert consolidation.confidence is not None
    assert effusion.confidence > 0.8
    assert consolidation.confidence < 0.4
    assert nodule.confidence is not None
    assert rotated.confidence is None
