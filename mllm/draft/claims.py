"""From text to claims: sentences without markup, what each one states, and the boxes it draws for it.

Sentence ends are looked for in the text without its markup, so a box never splits a sentence. Any text will do: our
own answer, another model's with headings and bullets, a person's report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mllm.boxes import Frame, Grounded, decode
from radiology.reading.mentions import read_sentence
from radiology.reading.sentences import split_sentences
from radiology.study import Box, Mention

Section = Literal["findings", "impression"]
SECTIONS: dict[str, Section | None] = {
    "findings": "findings",
    "report": "findings",
    "impression": "impression",
    "conclusion": "impression",
    "opinion": "impression",
    "indication": None,
    "history": None,
    "clinical history": None,
    "clinical information": None,
    "reason for exam": None,
    "technique": None,
    "examination": None,
    "exam": None,
    "comparison": None,
}
"""Heading -> the section its sentences belong to; None: they state nothing about this film."""

_HEADING = re.compile(r"(?:^|(?<=\n)|(?<=[.!?]\s))[ \t#*_]*(" + "|".join(SECTIONS) + r")[*_]*\s*:[*_]*", re.I)
_BULLET = re.compile(r"^\s*(?:[-*\u2022]+|\d+[.)])\s+")


@dataclass(frozen=True)
class Claim:
    """One sentence and what it states. `start` and `end` are its place in the whole text without markup."""

    text: str
    section: Section
    mentions: tuple[Mention, ...] = ()
    boxes: tuple[Box, ...] = ()
    start: int = 0
    end: int = 0


def read_claims(text: str, frames: Sequence[Frame]) -> tuple[Claim, ...]:
    """Every sentence of the findings and the impression of `text`; other headed sections are left out."""
    grounded = decode(text, frames)
    return tuple(read_claim(grounded, *place) for place in sentence_places(grounded.text))


def sentence_places(plain: str) -> Iterator[tuple[Section, int, int]]:
    """(section, start, end) of each sentence of a text without markup."""
    for section, first, last in _sections(plain):
        for start, end in _sentences(plain, first, last):
            yield section, start, end


def _sections(plain: str) -> Iterator[tuple[Section, int, int]]:
    """(section, start, end) of the parts between headings; what stands before the first one is findings."""
    section: Section | None = "findings"
    start = 0
    for heading in _HEADING.finditer(plain):
        if section is not None:
            yield section, start, heading.start()
        section, start = SECTIONS[heading[1].lower()], heading.end()
    if section is not None:
        yield section, start, len(plain)


def _sentences(plain: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """[start, end) of each sentence between `first` and `last`, without its bullet."""
    cursor = first
    for sentence in split_sentences(plain[first:last]):
        words = r"\s+".join(re.escape(word) for word in sentence.split())
        found = re.compile(words).search(plain, cursor, last) if words else None
        if found is None:
            continue
        cursor = found.end()
        bullet = _BULLET.match(found[0])
        start = found.start() + (bullet.end() if bullet else 0)
        if any(character.isalpha() for character in plain[start:cursor]):
            yield start, cursor


def read_claim(grounded: Grounded, section: Section, start: int, end: int) -> Claim:
    """The sentence at [start, end) of `grounded.text`: what it states and the boxes drawn in it."""
    text = " ".join(grounded.text[start:end].split())
    drawn = [
        (box, (low - start, high - start))
        for box, (low, high) in zip(grounded.boxes, grounded.spans, strict=True)
        if start <= low < end or start < high <= end
    ]
    mentions = _with_boxes(read_sentence(text), drawn)
    return Claim(text, section, mentions, tuple(box for box, _ in drawn), start, end)


def _with_boxes(mentions: Sequence[Mention], drawn: Sequence[tuple[Box, tuple[int, int]]]) -> tuple[Mention, ...]:
    """Each box goes to the mention its phrase overlaps most, else to the nearest one."""
    owned: dict[int, list[Box]] = {i: [] for i in range(len(mentions))}
    for box, span in drawn:
        if mentions:
            owned[min(owned, key=lambda i: _gap(mentions[i], span))].append(box)
    return tuple(
        mention.model_copy(update={"finding": mention.finding.model_copy(update={"boxes": tuple(owned[i])})})
        for i, mention in enumerate(mentions)
    )


def _gap(mention: Mention, span: tuple[int, int]) -> int:
    """Characters between a mention and a phrase, negative by as many as they share."""
    return max(mention.start, span[0]) - min(mention.end, span[1])
