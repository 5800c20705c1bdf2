"""What a draft and a conversation need of a knowledge base, so that nothing here imports upward.

Knowledge says what findings mean. It never says that a film shows one: it is quoted, or added to what a sentence has
for evidence, and it takes no flag away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from radiology.checks.wording import named
from radiology.reading.mentions import read_sentence
from radiology.reading.sentences import split_sentences
from radiology.study import DraftSentence, Evidence

NOT_OF_THE_FILM = "General knowledge, not about this film."
QUOTED = 2
"""Paragraphs that an answer quotes at most."""
_LOOKED_AT = 20
"""Paragraphs among which one is looked for that speaks of two findings."""
_MEANS = re.compile(
    r"\b(?:(?:may|might|could|would|can|likely|probably)\s+)?(?:suggest(?:s|ing|ive of)?|indicat(?:es?|ing|ive of)|"
    r"represent(?:s|ing)?|reflect(?:s|ing)?|(?:in keeping|consistent|compatible) with|(?:typical|a sign|signs) of|"
    r"mean(?:s|ing)?|due to|caused by)\b",
    re.I,
)
"""What stands between a finding and what it means."""

_CITED = re.compile(r"\[(K\d+(?:[,;]\s*K\d+)*)\]")


class Aspect(StrEnum):
    """What a paragraph tells of its subject."""

    MEANING = "meaning"
    APPEARANCE = "appearance"
    POSITION = "position"
    MEASURE = "measure"
    MIMICS = "mimics"
    CAUSES = "causes"
    NEXT = "what to look for next"
    REPORTING = "reporting"


@dataclass(frozen=True)
class Passage:
    """A paragraph to quote: `id` as in K12, `heading` what it tells, `source` what it rests on or whose it is.

    `own` is False for what a user added, which has the `page` where its file has pages. `score` is 1 where all that was
    asked for is in it.
    """

    id: str
    title: str
    heading: str
    text: str
    source: str
    licence: str
    own: bool = True
    page: int | None = None
    score: float = 1.0

    @property
    def where(self) -> str:
        """As in "Pleural effusion, mimics", or "guideline.pdf, page 12, Drainage"."""
        page = f"page {self.page}" if self.page is not None else ""
        return ", ".join(part for part in (self.title, page, self.heading) if part)


class Librarian(Protocol):
    def find(
        self, words: str, aspect: Aspect | None = None, k: int = QUOTED, least: float | None = None
    ) -> tuple[Passage, ...]:
        """At most `k` paragraphs that `words` ask for, best first and those about `aspect` before others; none where
        nothing fits. `least` is the share of the words, weighed by how rare they are, that a paragraph must have."""


def quotation(passages: Sequence[Passage]) -> str:
    """An answer made of paragraphs, each with its id and what it rests on."""
    return "\n\n".join((NOT_OF_THE_FILM, *map(_quoted, passages)))


def cited(text: str, given: Sequence[Passage]) -> tuple[Passage, ...]:
    """Those of `given` whose ids stand in brackets in `text`."""
    ids = _ids(text)
    return tuple(passage for passage in given if passage.id in ids)


def sources(text: str, given: Sequence[Passage]) -> str:
    """A line for each id that `text` cites: where it is from, or that no such entry was given to its writer."""
    found = {passage.id: passage for passage in cited(text, given)}
    lines = (
        f"[{each}] {found[each].where}. Sources: {found[each].source}"
        if each in found
        else f"[{each}] was not given: ignore it."
        for each in _ids(text)
    )
    return "\n".join(lines)


def _ids(text: str) -> tuple[str, ...]:
    """In the order of the text; "[K1, K2]" names two."""
    groups = _CITED.findall(text)
    return tuple(dict.fromkeys(each for group in groups for each in re.findall(r"K\d+", group)))


def _quoted(passage: Passage) -> str:
    if passage.own:
        return f"[{passage.id}] {passage.where}: {passage.text}\nSources: {passage.source}"
    return f"[{passage.id}] {passage.where} (a document that was added here): \u201c{passage.text}\u201d"


def interpreted(sentence: DraftSentence, librarian: Librarian | None) -> DraftSentence:
    """`sentence` with knowledge that bears out what it says a finding means ("an opacity, suggesting pneumonia").

    The paragraph has to speak of both. Flags stay as they are: that the finding is there must be seen on the film.
    """
    pair = _meaning(sentence.text) if librarian else None
    if librarian is None or pair is None:
        return sentence
    found = librarian.find(" ".join(map(named, pair)), Aspect.APPEARANCE, k=_LOOKED_AT, least=0.5)
    both = [passage for passage in found if set(pair) <= _spoken_of(passage)][:1]
    return sentence.model_copy(update={"evidence": (*sentence.evidence, *map(_evidence, both))})


def _spoken_of(passage: Passage) -> set[str]:
    """The findings that a paragraph and its title name."""
    return {mention.finding.name for part in (passage.title, passage.text) for mention in read_sentence(part)}


def _meaning(sentence: str) -> tuple[str, str] | None:
    """The names of a finding and of one that it is said to mean; None for a sentence that says no such thing."""
    verb = _MEANS.search(sentence)
    if verb is None:
        return None
    sides = (read_sentence(sentence[: verb.start()]), read_sentence(sentence[verb.end() :]))
    if not all(sides):
        return None
    sign, meant = sides[0][-1].finding.name, sides[1][0].finding.name
    return (sign, meant) if sign != meant else None


def _evidence(passage: Passage) -> Evidence:
    first = split_sentences(passage.text)[:1] or [passage.text]
    text = f"[{passage.id}] {passage.where}: {first[0]}"
    return Evidence(
        kind="knowledge",
        id=passage.id,
        text=text,
        score=passage.score,
        source=passage.source,
        licence=passage.licence,
    )
