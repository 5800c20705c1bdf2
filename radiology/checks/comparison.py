"""A comparison needs something to compare with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radiology.study import DraftSentence, Study

_COMPARES = re.compile(
    r"\b(?:prior|previous(?:ly)?|compar(?:ed|ison)|interval|unchanged|since the|no longer|again (?:seen|noted)"
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
    return frozenset(i for i, sentence in enumerate(sentences) if _compares(sentence))


def _compares(sentence: DraftSentence) -> bool:
    if any(mention.finding.change is not None for mention in sentence.findings):
        return True
    return _COMPARES.search(sentence.text) is not None and _SAYS_SO.search(sentence.text) is None
