from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mllm.draft.assistant import Assistant
from mllm.draft.calibrate import calibrate, for_calibration
from radiology.study import Case, Certainty, Finding, Side, Study

TEXT = "Left pleural effusion. Right consolidation. No nodule. The film is rotated."
FINDINGS = (
    Finding(name="pleural_effusion", side=Side.LEFT),
    Finding(name="consolidation", certainty=Certainty.ABSENT),
    Finding(name="nodule", certainty=Certainty.ABSENT),
)


def test_sentences_of_known_cases_teach_the_confidence(
    study: Study, heads: Callable[..., Any], writer: Callable[..., Any], shelf: Callable[..., Any]
) -> None:
    """On this film the supported sentences are right and the unsupported one is wrong."""
    perception = heads(lit=[("pleural_effusion", 0.75, 0.7)])
    case = Case(study=study, findings=FINDINGS, source="phantom", phantom_version="1")
    told: list[tuple[int, int]] = []
    assistant = Assistant(writer(*[TEXT] * 13), perception, shelf(case))
    calibration = calibrate(
        assistant, {"phantom": [case] * 12, "none": []}, batch=5, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(5, 12), (10, 12), (12, 12)]
    assert calibration.model_hash == assistant.engine.info.hash
    (kind,) = calibration.kinds
    assert (kind.name, kind.n, kind.draft.n) == ("phantom", 12, 36)
    assert kind.report.n > 48  # the drafts, and reports with one error
    assert {"pleural_effusion", "nodule", "consolidation"} <= kind.bands.keys()
    assistant.calibration = calibration
    effusion, consolidation, nodule, rotated = assistant.draft(study).sentences
    assert effusion.confidence is not None
    assert consolidation.confidence is not None
    assert effusion.confidence > 0.8
    assert consolidation.confidence < 0.4
    assert nodule.confidence is not None
    assert rotated.confidence is None


def test_half_of_the_drafts_have_cases(
    study: Study, heads: Callable[..., Any], writer: Callable[..., Any], shelf: Callable[..., Any]
) -> None:
    engine = writer(*[TEXT] * 4)
    case = Case(study=study, findings=FINDINGS, source="phantom", phantom_version="1")
    calibrate(Assistant(engine, heads(), shelf(case)), {"phantom": [case] * 4})
    assert ["Case 1" in request.messages[0].text for request in engine.requests] == [False, True, False, True]


def test_half_of_the_patients_are_for_measuring() -> None:
    chosen = [for_calibration(str(patient)) for patient in range(1000)]
    assert 400 < sum(chosen) < 600
    assert chosen == [for_calibration(str(patient)) for patient in range(1000)]
