"""What a study's own header says about who it is: values to look for in all of the study's free text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import cached_property

from pydicom import DataElement, Dataset

from radiology.imaging.deid.carriers import IDS, PLACES
from radiology.imaging.deid.spelling import id_pattern, ideographic, plain, words_pattern

_NO_NAMES = frozenset(
    [
        "anonymous",
        "anonymized",
        "anonymised",
        "unknown",
        "none",
        "na",
        "test",
        "patient",
        "phantom",
        "dr",
        "md",
        "do",
        "rn",
        "mr",
        "mrs",
        "ms",
        "miss",
        "prof",
        "phd",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
        "the",
        "of",
        "and",
        "for",
        "xx",
        "xxx",
        "xxxx",
    ]
)
"""Parts of person names that are nobody's, and would tear holes into ordinary text."""

_DAYS = ("PatientBirthDate",)
_SHORTEST_ID = 4
_SHORTEST_NUMBER = 5


@dataclass(frozen=True)
class Known:
    """Values as they are; they stay in memory and are never written."""

    names: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    def __or__(self, other: Known) -> Known:
        return Known(self.names | other.names, self.ids | other.ids, self.places | other.places, self.days | other.days)

    def __repr__(self) -> str:
        return "Known(...)"

    @cached_property
    def patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """(kind, pattern) for each kind that has values, longest value first, whatever its case and spelling."""
        kinds = (
            ("place", self.places, words_pattern),
            ("id", self.ids, id_pattern),
            ("date", self.days, words_pattern),
            ("name", self.names, words_pattern),
        )
        return tuple((kind, _any_of(values, spelt)) for kind, values, spelt in kinds if values)

    def named_in(self, text: str) -> bool:
        return any(pattern.search(plain(text)) for _, pattern in self.patterns)


def _any_of(values: Iterable[str], spelt: Callable[[str], str]) -> re.Pattern[str]:
    ordered = sorted(values, key=lambda value: (-len(value), value))
    return re.compile("|".join(map(spelt, ordered)), re.IGNORECASE)


def known_from(header: Dataset) -> Known:
    """From every level of `header`; a value that cannot be read is passed over."""
    names, ids, places, days = set[str](), set[str](), set[str](), set[str]()
    for element in _elements(header):
        values = list(_strings(element))
        if element.VR == "PN":
            names.update(part for value in values for part in name_parts(value))
        elif element.keyword in IDS:
            ids.update(value for value in values if len(value) >= _SHORTEST_ID)
        elif element.keyword in PLACES:
            places.update(value for value in values if len(value) >= _SHORTEST_ID)
        elif element.keyword in _DAYS:
            days.update(spelling for value in values for spelling in _spellings(value))
    return Known(frozenset(names), frozenset(ids), frozenset(places), frozenset(days))


def known_ids(*ids: str) -> Known:
    """Identifiers that stand outside a header, such as those of a `studies.jsonl`."""
    return Known(ids=frozenset(value for value in ids if len(value) >= _SHORTEST_NUMBER))


def name_parts(name: str) -> Iterator[str]:
    """The words of a person name that may be somebody's; initials are nobody's. An ideographic name also as a whole."""
    for group in name.split("="):
        if ideographic(group):
            yield re.sub(r"[\s^]+", "", group)
    for part in re.split(r"[\s^=,;.]+", name):
        if len(part) > 1 and part.casefold() not in _NO_NAMES and not part.isdigit():
            yield part


def _spellings(day: str) -> Iterator[str]:
    try:
        Date(int(day[:4]), int(day[4:6]), int(day[6:8]))
    except ValueError:
        return
    year, month, date = day[:4], day[4:6], day[6:8]
    for mark in ("", "-", "/", "."):
        yield from (mark.join(order) for order in ((year, month, date), (date, month, year), (month, date, year)))


def _elements(dataset: Dataset) -> Iterator[DataElement]:
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except Exception:  # noqa: S112  a value of the wrong form tells nothing
            continue
        if element.VR == "SQ":
            for item in element.value or ():
                yield from _elements(item)
        else:
            yield element


def _strings(element: DataElement) -> Iterator[str]:
    value = element.value
    if value is None or isinstance(value, bytes):
        return
    several = isinstance(value, list | tuple) or hasattr(value, "append")
    for one in value if several else (value,):
        if text := str(one).strip():
            yield text
