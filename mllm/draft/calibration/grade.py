"""Gives a weighed sentence its confidence, and the flags that come with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mllm.draft.calibration.features import row_of
from mllm.draft.calibration.record import Calibration, Kind, Text
from mllm.draft.evidence import NO_FINDING
from mllm.draft.sight import Sight
from radiology.checks.wording import named
from radiology.study import Certainty, DraftSentence

LOW_CONFIDENCE = "low confidence"
"""The flag of a sentence that the draft abstains from."""
UNCALIBRATED = "uncalibrated"
UNLIKE = "unlike calibration films"
"""The flag of a draft whose film is of no kind that the confidences were calibrated on: they may be far off."""


def trust(calibration: Calibration | None, sight: Sight) -> tuple[str, ...]:
    """What is to be said of the confidences of a whole draft."""
    if calibration is None:
        return (UNCALIBRATED,)
    return () if calibration.knows(sight.embedding) else (UNLIKE,)


def graded(
    sentence: DraftSentence,
    sight: Sight,
    calibration: Calibration,
    log_probabilities: Sequence[float] = (),
    text: Text = "draft",
) -> DraftSentence:
    """`sentence` with its confidence; one without a finding has none.

    It is flagged where its confidence is too low for it to stand, and for each finding whose prediction set holds both
    presence and absence.
    """
    if NO_FINDING in sentence.flags:
        return sentence
    kind = calibration.kind(sight.embedding)
    confidence = calibration.confidence(row_of(sentence, sight, log_probabilities), kind, text)
    low = (LOW_CONFIDENCE,) if confidence < kind.of(text).abstain_below else ()
    flags = (*sentence.flags, *dict.fromkeys(_undecided(sentence, sight, kind)), *low)
    return sentence.model_copy(update={"confidence": confidence, "flags": flags})


def _undecided(sentence: DraftSentence, sight: Sight, kind: Kind) -> Iterator[str]:
    for mention in sentence.findings:
        name, p = mention.finding.name, sight.probability(mention.finding.name)
        settled = mention.finding.certainty is not Certainty.UNCERTAIN
        if settled and p is not None and kind.undecided(name, p):
            yield f"heads cannot tell: {named(name)}"
