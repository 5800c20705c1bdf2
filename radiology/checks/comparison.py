"""A comparison needs something to compare with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.reading.asides import blank_asides
from radiology.study import Change, DraftSentence, Mention

_STUDY = r"(?:stud(?:y|ies)|exam\w*|films?|radiographs?|ct|x-?rays?|images?|imaging|scans?|reports?|chest)"
_SEEN = r"(?:seen|noted|described|identified|demonstrated|reported|visuali[sz]ed|present|visible|measured)"
_TURNS = r"(?:chang|increas|decreas|improv|worsen|develop|resol|plac|remov|enlarg|grow|clear|progress|appear)\w*"
_TURNED = r"(?:increased|decreased|resolved|worsened|improved|progressed|enlarged|cleared)"
_COMPARES = re.compile(
    rf"""\b(?:(?:prior|previous|earlier|last)\s+(?:\w+\s+){{0,2}}?{_STUDY}
    | compar(?:ed|ison)\s+(?:to|with)\b(?!\s+(?:the\s+)?(?:left|right|other|contralateral|opposite))
    | (?:since|than)\s+(?:the\s+)?(?:prior|previous|last|earlier)
    | (?:from|to)\s+(?:the\s+)?(?:prior|previous)(?=\s*(?:[.,;]|$))
    | interval\s+(?:\w+\s+){{0,2}}?{_TURNS}
    | previously\s+{_SEEN} | (?:than|as)\s+(?:before|previously) | stable\s+(?:appearance|chest|{_STUDY}|findings)
    | unchanged | no\s+longer | again\s+{_SEEN} | redemonstrat\w+
    | (?:has|have)\s+(?:\w+ly\s+|since\s+)?{_TURNED}
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SAYS_SO = re.compile(
    r"\b(?:no|without|none|absence of|lack of)\b[^.]*\b(?:prior|previous|comparison)"
    r"|\b(?:prior|previous|comparison)\w*[^.]*\b(?:none|not available|unavailable|if available|would be)",
    re.IGNORECASE,
)
_DEGREES = {Change.WORSE, Change.BETTER, Change.STABLE}
_ADJECTIVE = re.compile(
    r"\b(?:increased|decreased|reduced|worst|more|less|similar)\s+"
    r"(?!since|from|in\b|compared|when|over|and|or|but|by|now|on|at|to\b|size)[a-z]"
    r"|\bbetter\s+(?:seen|visuali[sz]ed|appreciated|evaluated|defined|demonstrated)",
    re.IGNORECASE,
)
"""Words for a degree ("increased interstitial markings", "similar nodules") that look like those for a change."""


def without_a_prior(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences that compare although the study has no prior; saying that there is none is no comparison."""
    if context.study.priors:
        return
    for i, sentence in enumerate(sentences):
        if compares(sentence.text, sentence.findings):
            yield Found(i, "It compares with an earlier study, and the study has no prior.")


def compares(text: str, mentions: Iterable[Mention]) -> bool:
    """Whether a sentence, in which `mentions` were read, compares with an earlier study."""
    if _SAYS_SO.search(text):
        return False
    changes = {mention.finding.change for mention in mentions} - {None}
    if changes and changes <= _DEGREES and _ADJECTIVE.search(text):
        changes = set()
    return bool(changes) or _COMPARES.search(blank_asides(text.lower())) is not None
