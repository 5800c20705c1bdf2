"""The checks of a whole draft again, after some of its sentences have changed."""

from __future__ import annotations

from collections.abc import Sequence

from radiology.checks.check import Reference
from radiology.checks.table import CHECKS, checked
from radiology.study import DraftSentence, Study


def rechecked(
    sentences: Sequence[DraftSentence], study: Study, references: Sequence[Reference] = ()
) -> tuple[DraftSentence, ...]:
    """`sentences` with the faults they have now; one whose faults are the same stays as it was.

    references: what was given to the checks before, see `radiology.checks.table.checked`.
    """
    anew = checked([_unchecked(sentence) for sentence in sentences], study, references)
    return tuple(old if _alike(old, new) else new for old, new in zip(sentences, anew, strict=True))


def _unchecked(sentence: DraftSentence) -> DraftSentence:
    flags = tuple(flag for flag in sentence.flags if flag not in CHECKS)
    return sentence.model_copy(update={"flags": flags, "faults": ()})


def _alike(one: DraftSentence, other: DraftSentence) -> bool:
    return set(one.flags) == set(other.flags) and set(one.faults) == set(other.faults)
