"""A comparison needs something to compare with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from radiology.study import DraftSentence, Mention, Study

_COMPARES = re.compile(
    r"\b(?:prior|previous(?:ly)?(?!\s+(?:fractured|healed|treated|operated))|compar(?:ed|ison)|interval|unchanged"
    r"|since the|no longer|again (?:seen|noted)"
    r"|has (?:increased|decreased|resolved|worsened|improved))\b",
    re.I,
)
_SAYS_SO = re.compile(
    r"\b(?:no|without|none)\b[^.]*\b(?:prior|previous|comparison)|\b(?:prior|previous|comparison)\w*[^.]*"
    r"\b(?:none|not available|unavailable)",
    re.I,
)


def without_a_prior(sentences: Sequence[DraftSentence], study: Study) -> frozenset[int]:
    """Sentences that compare although the study has no prior; saying that there is none is no comparison."""
    if study.priors:
        return frozenset()
    return frozenset(i for i, sentence in enumerate(sentences) if compares(sentence.text, sentence.findings))


def compares(text: str, mentions: Iterable[Mention]) -> bool:
    """Whether a sentence, in which `mentions` were read, compares with an earlier study."""
    if any(mention.finding.change is not None for mention in mentions):
        return True
    return _COMPARES.search(text) is not None and _SAYS_SO.search(text) is None
