"""A report can only speak of views that were taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.reading.asides import blank_asides
from radiology.study import DraftSentence, Projection

_VIEW = r"(?:views?|films?|projections?|radiographs?|images?)"
_NAMED = {
    "lateral": re.compile(
        rf"(?<!no )\b(?:lateral\s+(?:chest\s+)?{_VIEW}|(?:on|in)\s+(?:the\s+)?lateral\b(?!\s+(?!{_VIEW})\w))"
    ),
    "frontal": re.compile(rf"\b(?:frontal|pa|ap)\s+(?:(?:and|chest|portable|upright|supine)\s+)*{_VIEW}\b"),
    "PA": re.compile(rf"\bpa\s+(?:chest\s+)?{_VIEW}\b"),
    "AP": re.compile(rf"\bap\s+(?:(?:portable|supine|chest)\s+)*{_VIEW}\b"),
}
_TAKEN = {
    "lateral": {Projection.LATERAL},
    "frontal": {Projection.PA, Projection.AP},
    "PA": {Projection.PA},
    "AP": {Projection.AP},
}
_NOT_TAKEN = re.compile(
    r"\b(?:no|without(?:\s+an?)?|lack of|absence of|prior|previous)\s+(?:\w+\s+){0,2}?(?:lateral|frontal|pa|ap)\b"
    r"|\bnot\s+(?:obtained|available|performed|acquired|submitted)\b"
)


def view_not_in_study(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences about a lateral, a frontal, a PA or an AP view that is not in the study.

    It takes no part where a projection of the study is unknown, or where there are no views.
    """
    taken = {view.projection for view in context.study.views}
    if not taken or Projection.UNKNOWN in taken:
        return
    for i, sentence in enumerate(sentences):
        text = blank_asides(sentence.text.lower())
        missing = [name for name, pattern in _NAMED.items() if not _TAKEN[name] & taken and pattern.search(text)]
        if missing and not _NOT_TAKEN.search(text):
            yield Found(i, f"It speaks of the {missing[0]} view, the study has {' and '.join(sorted(taken))}.")
