"""Free text without what identifies: values known from the same study's header go first, then whatever has the form."""

from __future__ import annotations

import re
from collections.abc import Callable

from radiology.datasets.identifiers import find_identifiers
from radiology.imaging.deid.known import Known
from radiology.imaging.deid.patterns import PATTERNS
from radiology.imaging.deid.spelling import plain

Count = Callable[[str], None]
"""Told the kind of each identifier that was replaced, never its value."""

_SHORT = {
    "record number": "id",
    "social security number": "id",
    "telephone number": "phone",
    "e-mail address": "email",
    "web address": "url",
    "network address": "address",
    "date of birth": "date",
    "postal address": "place",
}


def scrubbed(text: str, known: Known, count: Count) -> str:
    """`text` with every identifier found replaced by its kind in brackets: [name], [id], [date], [place], ..."""
    text = plain(text)
    for kind, pattern in (*known.patterns, *PATTERNS):
        text = _replaced(text, kind, pattern, count)
    return _of_known_forms(text, count)


def _of_known_forms(text: str, count: Count) -> str:
    for found in sorted(find_identifiers(text), key=lambda found: -found.start):
        kind = _SHORT.get(found.kind, found.kind)
        count(kind)
        text = f"{text[: found.start]}[{kind}]{text[found.end :]}"
    return text


def _replaced(text: str, kind: str, pattern: re.Pattern[str], count: Count) -> str:
    def tag(found: re.Match[str]) -> str:
        count(kind)
        start, end = found.span("value" if "value" in pattern.groupindex else 0)
        return f"{text[found.start() : start]}[{kind}]{text[end : found.end()]}"

    return pattern.sub(tag, text)
