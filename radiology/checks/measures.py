"""A size must be possible, and one finding must have one size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.checks.statements import statements
from radiology.checks.wording import named, on_side
from radiology.study import DraftSentence, Side, Study

CHEST_MM = 450.0
"""No chest is higher or wider on a film."""
TOLERANCE = 0.2
"""Of the larger size, by which two measurements of one finding may differ."""
_MEASURE = re.compile(
    r"(?P<sign>(?<=[a-z(]\s)[-\u2212]|(?<=\()[-\u2212])?(?<![\d.])(?P<number>\d+(?:\.\d+)?)\s*-?(?P<unit>mm|cm)\b", re.I
)


def implausible_measure(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences with a size below nothing or beyond the chest, and impression sentences with another size than the
    findings give."""
    largest = _largest(context.study)
    for i, sentence in enumerate(sentences):
        for match in _MEASURE.finditer(sentence.text):
            mm = float(match["number"]) * (10 if match["unit"].lower() == "cm" else 1)
            if match["sign"] or mm == 0:
                yield Found(i, f"It gives a size of {match[0].strip()}, nothing is as small.")
            elif mm > largest:
                yield Found(i, f"It gives a size of {match[0].strip()}, the chest has less than {largest:.0f} mm.")
    yield from _two_sizes(sentences)


def _largest(study: Study) -> float:
    """In mm: the longest side of a film of known pixel spacing, at most that of a chest."""
    sides = [
        max(view.height * view.pixel_spacing[0], view.width * view.pixel_spacing[1])
        for view in study.views
        if view.pixel_spacing
    ]
    return min([CHEST_MM, max(sides, default=CHEST_MM)])


def _two_sizes(sentences: Sequence[DraftSentence]) -> Iterator[Found]:
    body, concluded = (_sizes(sentences, section) for section in ("findings", "impression"))
    for key, told in concluded.items():
        if len(told) == 1 == len(body.get(key, ())):
            (index, size), (_, other) = told[0], body[key][0]
            if abs(size - other) > TOLERANCE * max(size, other):
                what = f"{named(key[0])}{on_side(key[1])}"
                yield Found(index, f"It gives the {what} {size:g} mm, the findings give it {other:g} mm.")


def _sizes(sentences: Sequence[DraftSentence], section: str) -> dict[tuple[str, Side | None], list[tuple[int, float]]]:
    """(sentence, mm) of every finding of one name and side that has a size."""
    sizes: dict[tuple[str, Side | None], list[tuple[int, float]]] = {}
    for one in statements(sentences, section):
        if one.finding.size_mm is not None:
            sizes.setdefault((one.finding.name, one.finding.side), []).append((one.at, one.finding.size_mm))
    return sizes
