"""A draft under the headings of anatomy. What nobody described is called "not described", never normal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from radiology.study import Draft, DraftSentence, Noun
from radiology.writing.anatomy import Heading, heading_of, heading_of_text, opening_of
from radiology.writing.shorter import only_denies

NOT_DESCRIBED = "not described"
IMPRESSION = "Impression"
WIDTH = 100


class Part(Noun):
    """What the findings say under one heading, and the other parts that speak of it as well.

    A sentence about organs of several headings stands under the first of them; `see` of the others names that one.
    """

    heading: Heading
    sentences: tuple[DraftSentence, ...] = ()
    see: tuple[str, ...] = ()


def structure(draft: Draft) -> tuple[Part, ...]:
    """A part for every heading, in order; each sentence of the findings stands unchanged in one, denials last."""
    placed: dict[Heading, list[DraftSentence]] = {heading: [] for heading in Heading}
    see: dict[Heading, list[str]] = {heading: [] for heading in Heading}
    for sentence in draft.sentences:
        first, *others = _headings(sentence)
        if sentence.section == "findings":
            placed[first].append(sentence)
            for other in others:
                see[other].append(first)
    for sentence in draft.sentences:
        for heading in _headings(sentence) if sentence.section == "impression" else ():
            if not placed[heading] and not see[heading] and heading is not Heading.OTHER:
                see[heading].append(IMPRESSION)
    return tuple(
        Part(heading=h, sentences=tuple(sorted(placed[h], key=only_denies)), see=tuple(dict.fromkeys(see[h])))
        for h in Heading
    )


def to_structured_text(draft: Draft) -> str:
    """The parts, then the impression, each sentence with its confidence, kinds of evidence and flags in brackets."""
    return "\n".join(_lines(draft))


def _headings(sentence: DraftSentence) -> list[Heading]:
    """The headings a sentence speaks of, at least one, in its own order."""
    named = [heading_of(mention.finding.name) for mention in sentence.findings]
    return list(dict.fromkeys(named)) or [heading_of_text(sentence.text)]


def _lines(draft: Draft) -> Iterator[str]:
    yield f"Study {draft.study_id}"
    if draft.flags:
        yield f"Flags: {', '.join(draft.flags)}"
    for part in structure(draft):
        if part.heading is Heading.OTHER and not part.sentences:
            continue
        yield ""
        yield str(part.heading)
        yield from _listed(part.sentences)
        if part.see:
            yield f"  see {' and '.join(part.see)}" if not part.sentences else f"  see also {' and '.join(part.see)}"
        elif not part.sentences:
            yield f"  {NOT_DESCRIBED}"
    yield ""
    yield IMPRESSION
    concluded = [sentence for sentence in draft.sentences if sentence.section == "impression"]
    yield from _listed(concluded) if concluded else [f"  {draft.impression or 'none'}"]
    yield ""
    yield f"Model {draft.model.id} ({draft.model.hash[:12]})"
    yield f"{draft.notice}."


def _listed(sentences: Iterable[DraftSentence]) -> Iterator[str]:
    for sentence in sentences:
        text, support = sentence.text.removeprefix(opening_of(sentence.text)), _support(sentence)
        shown = f"{text} [{support}]" if support else text
        yield from textwrap.wrap(shown, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _support(sentence: DraftSentence) -> str:
    """As in "98 %; region, case x2; side against box"; nothing where nothing was weighed."""
    confidence = "" if sentence.confidence is None else f"{sentence.confidence:.0%}".replace("%", " %")
    kinds = Counter(evidence.kind for evidence in sentence.evidence)
    counted = ", ".join(kind if count == 1 else f"{kind} x{count}" for kind, count in kinds.items())
    return "; ".join(filter(None, (confidence, counted, *sentence.flags)))
