"""What a report says of one finding must not be two things within a section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.statements import opposed, statements
from radiology.checks.wording import said
from radiology.study import DraftSentence


def present_and_absent(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences that say present what another one of the same section says absent on the same side, and those others.

    A sentence that contradicts itself is the business of `radiology.checks.negation`.
    """
    for section in ("findings", "impression"):
        told = statements(sentences, section)
        for one in told:
            against = next((other for other in told if other.at != one.at and opposed(one, other)), None)
            if against is not None:
                yield Found(
                    one.at,
                    f"It says {said(one.finding)}, another sentence of the {section} says {said(against.finding)}.",
                )
