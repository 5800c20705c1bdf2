"""A draft in plain words for the patient: what it says, what it denies, and what the computer was not sure about.

It says nothing that the draft does not say, and nothing about causes, treatment or outlook.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from radiology.study import Draft, DraftSentence, Finding, Noun
from radiology.writing.lay.phrases import plain_sentences
from radiology.writing.lay.words import FLAGS
from radiology.writing.sentences import is_denied

TITLE = "Your chest X-ray in plain words"
ABOUT = "A computer program wrote this draft. A draft can be wrong, and it can miss things."
SEEN, DENIED, DOUBTED = (
    "What the draft says",
    "What the draft says is not there",
    "The computer was not sure about this",
)
NOTHING = "The draft says nothing that can be put into plain words."
ASK = "Ask your doctor what this means for you."
WIDTH = 88
_NO_DOUBT = ("edited", "no finding")
"""Flags of a sentence that cast no doubt on it."""
_NORMAL = re.compile(
    r"\b(?:no|without)\b[^.]*\babnormalit|\b(?:normal|unremarkable) (?:\w+ )?(?:chest|study|exam|film)", re.I
)
_LIMITED = re.compile(r"\b(?:not|never|bony|osseous|skeletal|rib|abdominal|otherwise)\b", re.I)
"""What says that a sentence does not call the whole film normal."""
_ACUTE = re.compile(r"\bacute\b", re.I)


@dataclass
class _Point:
    """One finding, or the words of a sentence that states none, and whether anything casts doubt on it."""

    text: str
    finding: Finding | None
    doubted: bool


class Summary(Noun):
    """Plain sentences: what is there or may be, what is not, what is in doubt, and what holds for the whole draft."""

    seen: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def summarise(draft: Draft) -> Summary:
    """Each finding once: as the findings tell it, else as the impression does; doubted where any sentence of it is."""
    points: list[_Point] = []
    for section in ("findings", "impression"):
        told = [point for sentence in draft.sentences if sentence.section == section for point in _points(sentence)]
        points += [point for point in told if not _joins(point, points)]
    sure = [point for point in points if not point.doubted]
    denied = [point for point in sure if point.finding and is_denied(point.finding)]
    return Summary(
        seen=_texts(point for point in sure if point not in denied),
        denied=_texts(denied),
        doubted=_texts(point for point in points if point.doubted),
        notes=tuple(FLAGS.get(flag, f'The draft carries the note "{flag}".') for flag in draft.flags),
    )


def to_lay_text(draft: Draft) -> str:
    """The summary as a page of text, with the notice and the advice to ask the doctor at its end."""
    return "\n".join(_lines(summarise(draft), draft.notice))


def _points(sentence: DraftSentence) -> Iterator[_Point]:
    doubted = any(flag not in _NO_DOUBT for flag in sentence.flags)
    by_hand = " A person wrote this." if "edited" in sentence.flags else ""
    if not sentence.findings:
        yield _Point(_plain(sentence.text) + by_hand, None, doubted)
    for mention in sentence.findings:
        yield _Point(plain_sentences(mention.finding) + by_hand, mention.finding, doubted)


def _plain(text: str) -> str:
    """A sentence that states no finding: that all is normal, else in its own words."""
    if _NORMAL.search(text) and not _LIMITED.search(text):
        acute = _ACUTE.search(text) is not None
        return "There is no sudden problem of the heart or lungs." if acute else "There is nothing unusual."
    return f'In its own words: "{text}"'


def _joins(point: _Point, known: Sequence[_Point]) -> bool:
    """Whether `point` tells again what one of `known`, of another section, told; its doubt then counts for both."""
    same = [other for other in known if _same(point.finding, other.finding)]
    for other in same:
        other.doubted = other.doubted or point.doubted
    return bool(same)


def _same(one: Finding | None, other: Finding | None) -> bool:
    if one is None or other is None:
        return False
    alike = one.name == other.name and one.change is other.change and is_denied(one) == is_denied(other)
    return alike and (one.side is other.side or None in (one.side, other.side))


def _texts(points: Iterable[_Point]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(point.text for point in points))


def _lines(summary: Summary, notice: str) -> Iterator[str]:
    yield from (TITLE, "", *textwrap.wrap(" ".join((ABOUT, *summary.notes)), WIDTH))
    for title, texts in ((SEEN, summary.seen), (DENIED, summary.denied), (DOUBTED, summary.doubted)):
        if texts:
            yield from ("", title)
            for text in texts:
                yield from textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")
    if not (summary.seen or summary.denied or summary.doubted):
        yield from ("", NOTHING)
    yield from ("", f"{notice}. {ASK}")
