"""A report must not say who the patient is."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import month_abbr
from collections.abc import Iterator, Sequence
from itertools import accumulate

from radiology.checks.check import Context, Found
from radiology.datasets.identifiers import find_identifiers
from radiology.imaging.deid.known import known_ids
from radiology.study import DraftSentence, Study

_MONTHS = {name.lower(): number for number, name in enumerate(month_abbr) if name}
_PART = re.compile(r"\d+|[a-z]{3,}")


def identifier_in_text(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences with what looks like an identifier, or with the patient's or the study's own; the reason quotes none.

    The text is searched as a whole, with and without spaces between the sentences: a stop in "Mr. Miller" or in an
    address may have been taken for the end of one. The date of a prior of the study is no identifier: a comparison has
    to name it.
    """
    own = known_ids(context.study.patient_id, context.study.study_id)
    for i, sentence in enumerate(sentences):
        if own.named_in(sentence.text):
            yield Found(i, "It holds the identifier of this patient or study.")
    for joint in (" ", ""):
        text = joint.join(sentence.text for sentence in sentences)
        ends = list(accumulate(len(sentence.text) + len(joint) for sentence in sentences))
        for found in find_identifiers(text):
            words = text[found.start : found.end]
            if found.kind != "date" or not _dates_a_prior(words, context.study):
                yield Found(bisect_right(ends, found.end - 1), f"It holds what looks like an identifier: {found.kind}.")


def _dates_a_prior(words: str, study: Study) -> bool:
    parts = [_MONTHS.get(part[:3]) or part for part in _PART.findall(words.lower())]
    numbers = sorted(int(part) for part in parts if not isinstance(part, str) or part.isdigit())
    days = (prior.study.date for prior in study.priors if prior.study.date)
    return any(numbers in (sorted((d.year, d.month, d.day)), sorted((d.year % 100, d.month, d.day))) for d in days)
