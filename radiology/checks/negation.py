"""A negation must reach what it is meant for and nothing else: where a sentence trips over its own "no"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.statements import opposed, statements
from radiology.checks.wording import named, said
from radiology.study import Certainty, DraftSentence

_SEEN = r"(?:seen|present|identified|visible|demonstrated|noted|evident|found|detected)"
_EVIDENCE = r"(?:evidence|signs?|indication|suggestion)\s+(?:of|for)"
_DOUBLE = re.compile(
    rf"""\b(?:
    not\s+without | without\s+(?:any\s+)?no | no\s+no | not\s+no | nor\s+no | den(?:y|ies)\s+no
    | (?:no|without|not)\s+(?:any\s+|clear\s+|definite\s+)?{_EVIDENCE}\s+(?:no|absen\w+|lack)
    | (?:no|not|without)\s+(?:an?\s+|any\s+|the\s+)?(?:absence|lack)\s+of
    | no\s+(?:[\w-]+\s+){{1,5}}(?:is|are)\s+(?:absent|not\s+{_SEEN})
    | (?:is|are)\s+not\s+(?:absent|free\s+of) | not\s+free\s+of
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_MEASURED = re.compile(r"\b(?:no|without|nor)\b[^.;:]*?(?P<size>\d+(?:\.\d+)?\s*-?(?:mm|cm)\b)[^.;:]*", re.I)
_LIMIT = re.compile(
    r"\b(?:larger|greater|bigger|smaller|less|more|than|above|over|exceed\w*|least|up to|change|measur)", re.I
)


def scope_of_negation(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences that deny and state one finding, that deny a denial, or that deny something with its size.

    "No effusion or pneumothorax, 12 mm nodule" may deny the nodule or not; "no nodule larger than 5 mm" is plain.
    """
    for i, sentence in enumerate(sentences):
        reason = _both(sentence) or _double(sentence.text) or _specific(sentence)
        if reason:
            yield Found(i, reason)


def _both(sentence: DraftSentence) -> str | None:
    told = statements([sentence])
    pairs = ((one, other) for one in told for other in told if opposed(one, other))
    pair = next(pairs, None)
    return f"It says both {said(pair[0].finding)} and {said(pair[1].finding)}." if pair else None


def _double(text: str) -> str | None:
    match = _DOUBLE.search(text)
    return f'"{match[0]}" denies a denial: it is not clear what is there.' if match else None


def _specific(sentence: DraftSentence) -> str | None:
    denied = [mention for mention in sentence.findings if mention.finding.certainty is Certainty.ABSENT]
    match = _MEASURED.search(sentence.text) if denied else None
    if match is None or _LIMIT.search(match[0]):
        return None
    last = max(denied, key=lambda mention: mention.start)
    return (
        f'The "no" reaches {named(last.finding.name)} although a size, {match["size"]}, is given: is it there or not?'
    )
