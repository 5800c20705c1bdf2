"""Does a text name a person? Patterns for what de-identification most often leaves behind, not a proof of anonymity.

The kinds are those of HIPAA's Safe Harbor list (45 CFR 164.514(b)(2)) that a report may hold. A year alone names
nobody; what has been masked (`XXXX`, `___`, `[** **]`) is no identifier, and numbers that measure are none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MASKED = r"(?![Xx]{2,}|_{2,}|[\[<(*])"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_NO_MORE = r"(?![\d/-]|th\b|\s*(?:[cm]m|o'clock)\b)"
"""What would make a number one of ribs, a length or a place on a clock's face."""
_DAY, _IN_YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d{2}"
_UPPER, _LOWER = "[A-Z\u00c0-\u00d6\u00d8-\u00de]", "[a-z\u00df-\u00f6\u00f8-\u00ff]"
_ROLE = (
    r"(?i:attending|resident|radiolog(?:y|ist)|physician|staff|surg(?:ery|eon)|medicine|emergency|department|the"
    r"|CT|MRI?)"
)
_NOBODY = rf"(?!(?:{_ROLE}|Right|Left|Upper|Lower|Kerley)\b)"
"""A role, a department, a side or a sign names nobody, where a name could stand."""
_NAME = (
    rf"{_MASKED}{_NOBODY}(?:(?:van|von|de|der|den|la|le|di|da)\s+){{0,2}}(?:{_UPPER}\.\s?){{0,2}}"
    rf"{_UPPER}(?:{_LOWER}+|['\u2019]{_UPPER}{_LOWER}+)(?:[- ]{_UPPER}(?:\.|{_LOWER}+)){{0,4}}"
)
_CAPITALS = rf"{_MASKED}{_NOBODY}{_UPPER}{{2,20}}(?:[ '-]{_UPPER}{{2,20}}){{0,2}}"
_KINDS: dict[str, tuple[str, ...]] = {
    "record number": (
        rf"\b(?i:MRN|medical\s+record(?:\s+(?:no|number))?|patient[-\s](?:id|number|no\.?))\b[.:#\s]*{_MASKED}(?=[A-Z-]*\d)[\w-]+",
        rf"\b(?i:accession|acc)(?:\s+(?i:no|nr|number|id))?[.:#\s]*{_MASKED}(?=[A-Z-]*\d)[\w-]+",
        r"(?<![\d.,])\d{7,}(?![\d.,]*\d)",
        r"\b[A-Z]{1,4}-?\d{6,}\b",
        r"\b[0-2](?:\.\d+){6,}\b",
    ),
    "social security number": (r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])", rf"\bSSN\b[:#\s]*{_MASKED}\d+"),
    "telephone number": (
        r"(?<![\d.])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ]\s?)\d{3}[-. ]\d{4}(?!\d)",
        r"(?<![\w.])\+\d{1,3}(?:[-. ]?\(?\d{1,12}\)?){3,6}",
        rf"\b(?i:tel|telephone|phone|fax|pager|extension|ext)\b[.:#\s]*{_MASKED}\+?\d[\d -]{{2,}}\d{_NO_MORE}",
    ),
    "e-mail address": (r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",),
    "web address": (r"\b(?:https?|ftp)://\S+", r"\bwww\.\w[\w.-]+"),
    "network address": (
        r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)",
        r"\b(?:[\dA-Fa-f]{1,4}:){5,7}[\dA-Fa-f]{1,4}\b",
    ),
    "date": (
        rf"(?<![\d/.-])(?:{_IN_YEAR}([/.-]){_DAY}\1|{_DAY}([/.-]){_IN_YEAR}\2){_YEAR}(?!\d)",
        rf"(?<![\d/.-])(?<!\b[Rr]ibs )(?:{_IN_YEAR}/{_DAY}|{_DAY}/{_IN_YEAR})/\d{{2}}{_NO_MORE}",
        rf"(?<![\d/.-]){_YEAR}([/.-]){_IN_YEAR}\1{_DAY}(?!\d)",
        rf"\b{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b",
        rf"\b(?i:{_MONTH})\.?\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}\b",
        rf"\b{_DAY}(?:st|nd|rd|th)?\.?\s*(?:of\s+)?(?i:{_MONTH})\.?,?\s+{_YEAR}\b",
        rf"\b{_DAY}-(?i:{_MONTH})-(?:{_YEAR}|\d{{2}})\b",
    ),
    "date of birth": (rf"\b(?i:DOB|date\s+of\s+birth|born\s+on)\b[:\s]*{_MASKED}\w+",),
    "name": (
        rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Doctor|Professor)\b\.?\s+{_NAME}",
        rf"\b(?:DR|Dr|MRS|Mrs|Mr|PROF|Prof)\.\s+{_CAPITALS}\b",
        rf"\b(?i:signed|dictated|transcribed|approved|interpreted|verified)\s+(?i:by)[:\s]+(?:{_ROLE}[,:\s]+){{0,3}}(?:{_NAME}|{_CAPITALS})",
        rf"\b(?i:patient(?:'s)?\s+name|name\s+of\s+patient)\b(?::\s*{_MASKED}[A-Za-z]+|\s+{_NAME})",
        rf"\b(?:{_NAME},?|{_CAPITALS},)\s+(?:M\.?D|D\.?O|R\.?N|Ph\.?D)\b",
        r"(?<![A-Za-z'-])[A-Z][A-Za-z'-]{1,40}\^[A-Z][A-Za-z'-]*",
    ),
    "postal address": (
        r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?\s+(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Court|Terrace|Highway)\b",
        r"\b[A-Z]\w+(?:str\.|stra\u00dfe|strasse|gasse|platz)\s+\d+",
        r"\b(?:P\.?\s?O\.?\s+Box)\s+\d+",
        r"\b[A-Z][a-z]+,\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?\b",
    ),
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """What it looks like, and its characters in the text."""

    kind: str
    start: int
    end: int


_PATTERNS = tuple((kind, re.compile(pattern)) for kind, patterns in _KINDS.items() for pattern in patterns)
_DIGIT = re.compile(r"\d")
_WITHOUT_DIGITS = ("e-mail address", "web address", "date of birth", "name")


def find_identifiers(text: str) -> Iterator[Identifier]:
    """What looks like an identifier, by kind; of two that overlap the first by kind is told."""
    taken = bytearray(len(text))
    has_digit = _DIGIT.search(text) is not None
    for kind, pattern in _PATTERNS:
        if not has_digit and kind not in _WITHOUT_DIGITS:
            continue
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * len(match[0])
                yield Identifier(kind, *match.span())


def names_somebody(text: str) -> bool:
    """True where `text` holds something that looks like an identifier."""
    return next(find_identifiers(text), None) is not None
