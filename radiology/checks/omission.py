"""An impression must not leave out what matters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.gravity import calls_normal, is_grave
from radiology.checks.statements import kin, possible, statements
from radiology.checks.wording import said
from radiology.study import DraftSentence

_REFERS = re.compile(
    r"\b(?:as|described|discussed|detailed|noted|listed|mentioned|see|per|of) (?:\w+ )?(?:above|findings|body|report)\b"
    r"|\babove findings?\b",
    re.I,
)


def left_out_of_impression(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences with a grave finding of which an impression that lists others says nothing, neither by its name nor by
    one that the findings do not use for something else.

    An impression that calls the film normal is the business of `radiology.checks.impression`.
    """
    concluded = [sentence for sentence in sentences if sentence.section == "impression"]
    told = [mention.finding for sentence in concluded for mention in sentence.findings]
    if not told or any(_REFERS.search(s.text) or calls_normal(s) for s in concluded):
        return
    body = statements(sentences, "findings")
    apart = {other.finding.name for other in body if possible(other.finding)}
    names = {finding.name for finding in told}
    covers = {finding.name for finding in told if possible(finding)} - apart
    for one in body:
        name = one.finding.name
        if is_grave(one) and name not in names and not any(kin(name, other) for other in covers):
            yield Found(one.at, f"The impression says nothing of the {said(one.finding)}.")
