"""RadFact without a language model: phrases are what `radiology.reading` reads, entailment is a rule.

Deterministic and local. It sees only the findings of the vocabulary, takes "lower lobe" and "base" for two places,
ignores sizes and counts, and does not conclude from "normal chest" that anything is absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.judges.phrases import UNJUDGED, Verdict, Weighed, boxes_of, verdict
from eval.prediction import Prediction
from radiology.reading.report import read_report
from radiology.study import Certainty, Finding, Side

_BOTH = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True)
class RadFactReader:
    """A judge of reports by the findings they state."""

    name: str = "radfact"
    identity: str = "reader: phrases and entailment by radiology.reading"

    def judge(self, rows: Sequence[Prediction]) -> list[Verdict]:
        """See `eval.judges.phrases.Verdict`; NaN for a row that has neither a reference nor a truth."""
        return [_judge(row) for row in rows]


def _judge(row: Prediction) -> Verdict:
    if not row.reference.strip() and not row.truth:
        return UNJUDGED
    candidate, reference = candidate_statements(row), reference_statements(row)
    return verdict([weigh(f, reference) for f in candidate], [weigh(f, candidate) for f in reference])


def candidate_statements(row: Prediction) -> tuple[Finding, ...]:
    """What was read from the prediction, with its boxes."""
    return row.findings or read_report(row.prediction or "")


def reference_statements(row: Prediction) -> tuple[Finding, ...]:
    """What the reference text states, with the truth's boxes; the truth itself where the text states nothing."""
    read = read_report(row.reference)
    return tuple(f.model_copy(update={"boxes": boxes_of(f, row.truth)}) for f in read) or row.truth


def weigh(hypothesis: Finding, premises: Sequence[Finding]) -> Weighed:
    found = entailing(hypothesis, premises)
    return Weighed(bool(found), hypothesis.boxes, tuple(box for premise in found for box in premise.boxes))


def entailing(hypothesis: Finding, premises: Sequence[Finding]) -> tuple[Finding, ...]:
    """The premises that together entail the hypothesis; none where it is not entailed.

    They have its name and certainty. Presence may be stated more precisely than asked, never less: "small left
    effusion" entails "effusion". Absence is the other way round: "no effusion" entails "no left effusion". What
    holds on both sides follows from left and right together.
    """
    alike = [
        premise
        for premise in premises
        if premise.name == hypothesis.name
        and premise.certainty is hypothesis.certainty
        and _agrees(premise, hypothesis)
    ]
    by_side = [[premise for premise in alike if _holds_on(premise, side)] for side in _sides(hypothesis)]
    return tuple(dict.fromkeys(premise for part in by_side for premise in part)) if all(by_side) else ()


def _agrees(premise: Finding, hypothesis: Finding) -> bool:
    """Whether severity, change, device position and location say at least what the hypothesis says."""
    wide, narrow = (premise, hypothesis) if _absent(premise) else (hypothesis, premise)
    stated = ((hypothesis.severity, premise.severity), (hypothesis.change, premise.change))
    placed = ((wide.location, narrow.location), (hypothesis.position, premise.position))
    return all(asked in (None, told) for asked, told in (*stated, *placed))


def _sides(hypothesis: Finding) -> tuple[Side | None, ...]:
    """Where the hypothesis must hold: an absence without side means both."""
    if hypothesis.side is Side.BILATERAL or (hypothesis.side is None and _absent(hypothesis)):
        return _BOTH
    return (hypothesis.side,)


def _holds_on(premise: Finding, side: Side | None) -> bool:
    if premise.side is None:
        return side is None or _absent(premise)
    return side is None or premise.side in (side, Side.BILATERAL)


def _absent(finding: Finding) -> bool:
    return finding.certainty is Certainty.ABSENT
