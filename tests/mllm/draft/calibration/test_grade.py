from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mllm.draft.calibration.conformal import Band
from mllm.draft.calibration.grade import graded, trust
from mllm.draft.calibration.record import Calibration
from mllm.draft.evidence import weigh
from radiology.study import Study
from tests.calibrations import plain_calibration, plain_kind

Look = Callable[..., Any]
DOUBT = {"nodule": Band(present=0.02, absent=0.6, shown=30, free=30)}


def with_kind(**options: Any) -> Calibration:
    return plain_calibration().model_copy(update={"kinds": (plain_kind(**options),)})


def test_a_sentence_gets_its_confidence_and_what_it_lacks(study: Study, sight: Look) -> None:
    seen = sight({"nodule": 0.4})
    nodule, effusion, rotated = weigh("No nodule. No pleural effusion. The film is rotated.", study, seen)
    calibration = with_kind(weights={"unsupported": -9.0}, intercept=4.0, abstain_below=0.5, bands=DOUBT)
    doubted, sure = graded(nodule, seen, calibration), graded(effusion, seen, calibration)
    assert doubted.flags == ("unsupported", "heads cannot tell: nodule", "low confidence")
    assert sure.flags == ()
    assert sure.confidence is not None
    assert sure.confidence > 0.9
    assert doubted.confidence is not None
    assert doubted.confidence < 0.1
    assert graded(rotated, seen, calibration) == rotated


def test_a_finding_stated_as_possible_claims_nothing_that_heads_could_settle(study: Study, sight: Look) -> None:
    seen = sight({"nodule": 0.4})
    (possible,) = weigh("Possible nodule.", study, seen)
    assert not any("cannot tell" in flag for flag in graded(possible, seen, with_kind(bands=DOUBT)).flags)


def test_what_is_said_of_a_whole_drafts_confidences(sight: Look) -> None:
    assert trust(None, sight()) == ("uncalibrated",)
    assert trust(with_kind(), sight()) == ()
    assert trust(with_kind(films=((0.0, 1.0, 0.0),), familiar=0.5), sight()) == ("unlike calibration films",)
