"""What calibration knows about a sentence that was weighed: numbers, and the kinds of statement it makes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mllm.draft.regions import suspects
from mllm.draft.sight import Sight
from radiology.study import Certainty, DraftSentence, Finding, Side

TOKENS = ("mean_log_probability", "least_log_probability")
VALUES = (
    "head_agreement",  # log-odds of the image-level head past its thresholds, towards the claim; the least of them
    "side_agreement",  # log-odds of the dense head's peak on the claimed side over that on the other; the least
    "region_peak",  # the best patch that supports the claim
    "unsupported",
    "disagreement",
    "case_share",  # agreeing cases, of five
    "prior",
    "positive",
    "uncertain",
    "sided",
    "boxed",
    "compares",
    "claims",
)
FEATURES = (*TOKENS, *VALUES)
CLIP = 6.0
NORMAL = "normal"
"""The kind of a sentence that calls the film normal."""
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


@dataclass(frozen=True)
class Row:
    """One sentence: a value for each of `VALUES`, one for each of `TOKENS` where the engine tells them, and the kinds
    of its statements, such as "nodule:absent"."""

    values: tuple[float, ...]
    tokens: tuple[float, float] | None
    kinds: tuple[str, ...]


def row_of(sentence: DraftSentence, sight: Sight, log_probabilities: Sequence[float] = ()) -> Row:
    """`log_probabilities` are those of the sentence's tokens, empty when unknown."""
    findings = [mention.finding for mention in sentence.findings]
    kinds = [evidence.kind for evidence in sentence.evidence]
    known = list(log_probabilities)
    return Row(
        values=(
            min((_agreement(finding, sight) for finding in findings), default=_normality(sentence.text, sight)),
            min((_side_agreement(finding, sight) for finding in findings), default=0.0),
            max((evidence.score for evidence in sentence.evidence if evidence.kind == "region"), default=0.0),
            float("unsupported" in sentence.flags),
            float(any(flag.startswith("disagreement") for flag in sentence.flags)),
            min(kinds.count("case"), 5) / 5,
            float("prior" in kinds),
            float(any(finding.certainty is Certainty.PRESENT for finding in findings)),
            float(any(finding.certainty is Certainty.UNCERTAIN for finding in findings)),
            float(any(finding.side is not None for finding in findings)),
            float(bool(sentence.boxes)),
            float(any(finding.change is not None for finding in findings)),
            float(len(findings)),
        ),
        tokens=(sum(known) / len(known), min(known)) if known else None,
        kinds=tuple(sorted({f"{finding.name}:{finding.certainty}" for finding in findings})) or (NORMAL,),
    )


def log_odds(p: float) -> float:
    kept = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


def _agreement(finding: Finding, sight: Sight) -> float:
    """Log-odds from the middle of the head's thresholds towards what is claimed, clipped; 0 without a head."""
    if finding.certainty is Certainty.UNCERTAIN or sight.probability(finding.name) is None:
        return 0.0
    towards = _past(finding.name, sight)
    return towards if finding.certainty is Certainty.PRESENT else -towards


def _past(name: str, sight: Sight) -> float:
    rule, p = sight.thresholds[name], sight.probability(name) or 0.0
    return _clip(log_odds(p) - (log_odds(rule.lower) + log_odds(rule.upper)) / 2)


def _normality(text: str, sight: Sight) -> float:
    """How far the most suspicious finding is from being asserted; 0 for a sentence that does not say "normal"."""
    return min((-_past(name, sight) for name in suspects(text, sight)), default=0.0)


def _side_agreement(finding: Finding, sight: Sight) -> float:
    """0 where no one side is claimed to have the finding or no map tells."""
    if finding.side not in _OTHER or finding.certainty is Certainty.ABSENT:
        return 0.0
    own, other = (sight.peak_on(finding.name, side) for side in (finding.side, _OTHER[finding.side]))
    return 0.0 if own is None or other is None else _clip(log_odds(own) - log_odds(other))


def _clip(value: float) -> float:
    return max(-CLIP, min(CLIP, value))
