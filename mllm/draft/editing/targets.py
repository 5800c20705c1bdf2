"""Which statements of a draft a command means: the same thing in the findings and in the impression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mllm.draft.editing.grammar import means_it
from mllm.draft.wording import stated
from radiology.checks.wording import named
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, DraftSentence, Finding, Side

_ALL = re.compile(r"\b(?:all|both|every|each|any)\b")
_THEM = ("them", "they", "these", "those")
_EXAMPLES = ("pleural effusion", "nodule", "cardiomegaly")
_ONE_SIDE = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True)
class Spot:
    """A mention: the number of its sentence, its own number in it, and what it says there."""

    sentence: int
    mention: int
    finding: Finding


@dataclass(frozen=True)
class Thing:
    """One finding of the film, wherever the draft speaks of it; the first spot tells most. `part`: the one side of both
    that is meant."""

    spots: tuple[Spot, ...]
    part: Side | None = None

    @property
    def finding(self) -> Finding:
        return self.spots[0].finding

    @property
    def meant(self) -> Finding:
        """The finding as far as it is meant."""
        return self.finding.model_copy(update={"side": self.part, "boxes": ()}) if self.part else self.finding

    @property
    def possible(self) -> bool:
        return self.finding.certainty is not Certainty.ABSENT


def things(sentences: Sequence[DraftSentence], name: str | None = None) -> list[Thing]:
    """What a draft speaks of, in order.

    In the findings each statement is of another thing, unless it says the same; one of the impression is of the only
    thing that it fits, else of a thing of its own.
    """
    groups: list[list[Spot]] = []
    for section in ("findings", "impression"):
        for spot in _spots(sentences, section, name):
            fitting = [
                group for group in groups if _is_told_by(group[0].finding, spot.finding, section == "impression")
            ]
            exact = [group for group in fitting if group[0].finding.location == spot.finding.location]
            chosen = fitting if len(fitting) == 1 else exact
            (chosen[0] if len(chosen) == 1 else _new(groups)).append(spot)
    return [Thing(tuple(group)) for group in groups]


def _new(groups: list[list[Spot]]) -> list[Spot]:
    groups.append([])
    return groups[-1]


def _spots(sentences: Sequence[DraftSentence], section: str, name: str | None) -> Iterator[Spot]:
    for i, sentence in enumerate(sentences):
        for j, mention in enumerate(sentence.findings if sentence.section == section else ()):
            if name in (None, mention.finding.name):
                yield Spot(i, j, mention.finding)


def _is_told_by(known: Finding, told: Finding, concludes: bool) -> bool:
    """Whether a later statement is about the same thing: exactly the same, or, in an impression, nothing against it."""
    if known.name != told.name or (known.certainty is Certainty.ABSENT) != (told.certainty is Certainty.ABSENT):
        return False
    if not concludes:
        return (known.side, known.location, known.size_mm) == (told.side, told.location, told.size_mm)
    return _agree(known.side, told.side) and _agree(known.location, told.location)


def _agree(one: object, other: object) -> bool:
    return one == other or None in (one, other)


def covers(known: Finding, wanted: Finding) -> bool:
    """Whether the words for `wanted` may mean `known`: all they tell is so; one side is a part of both."""
    sides = _agree(wanted.side, known.side) or (known.side is Side.BILATERAL and wanted.side in _ONE_SIDE)
    others = ("location", "severity", "size_mm", "count")
    return sides and all(getattr(wanted, name) in (None, getattr(known, name)) for name in others)


def named_in(words: str) -> tuple[Finding, ...]:
    """The findings that the words of a command name; raises SightlineError where there is none."""
    found = tuple(mention.finding for mention in read_sentence(words))
    if not found:
        raise SightlineError(f"`{words}`: is no finding that I know, name one such as {', '.join(_EXAMPLES)}.")
    return found


def choose(sentences: Sequence[DraftSentence], about: str, it: Sequence[Finding], denials: bool) -> list[Thing]:
    """The things that `about` means, one for each finding it names; `it` is what was spoken of last.

    denials: whether what is denied may be meant, where nothing else is. Raises SightlineError, with the choices, where
    the draft has no such thing, or several.
    """
    several = _ALL.search(about) is not None or about in _THEM
    if called := _called(sentences, about):
        return list(called) if several else [_only(called, about, sentences)]
    if not means_it(about):
        found = [_meant(sentences, want, about, denials, several) for want in named_in(about)]
        return list(dict.fromkeys(thing for some in found for thing in some))
    known = [thing for thing in things(sentences) if thing.possible or denials]
    meant = [thing for thing in known if any(_is(thing.finding, finding) for finding in it)]
    chosen = [thing for thing in meant if thing.possible] or meant
    if not it:
        chosen = [thing for thing in known if thing.possible]
    elif not chosen:
        raise SightlineError(_nothing(it[-1], things(sentences, it[-1].name), sentences))
    return chosen if several and chosen else [_only(chosen, about, sentences)]


def _called(sentences: Sequence[DraftSentence], about: str) -> list[Thing]:
    """What is there and has a word of `about` in its name, which is no finding itself: "the tube", "the shift"."""
    general = {mention.finding.name for mention in read_sentence(about)} <= {"device"}
    words = {word for word in re.findall(r"[a-z]+", about) if len(word) > 3} if general else set[str]()
    return [t for t in things(sentences) if t.possible and words & set(FINDINGS[t.finding.name].text.split())]


def _is(known: Finding, spoken_of: Finding) -> bool:
    """Whether what was spoken of is this: its size and grade may have been told otherwise."""
    place = Finding(name=spoken_of.name, side=spoken_of.side, location=spoken_of.location)
    return known.name == place.name and covers(known, place)


def _meant(sentences: Sequence[DraftSentence], want: Finding, about: str, denials: bool, several: bool) -> list[Thing]:
    of_name = things(sentences, want.name)
    pool = [thing for thing in of_name if thing.possible] or (of_name if denials else [])
    if not pool:
        raise SightlineError(_nothing(want, of_name, sentences))
    fitting = [_part(thing, want) for thing in pool if covers(thing.finding, want)]
    if not fitting:
        raise SightlineError(f"`{about}`: the draft has {_listed(pool)}, name it as the draft does.")
    fitting = [thing for thing in fitting if thing.finding.side is want.side] or fitting
    return fitting if several or _is_plural(about, want.name) else [_only(fitting, about, sentences)]


def _part(thing: Thing, want: Finding) -> Thing:
    one_of_both = thing.finding.side is Side.BILATERAL and want.side in _ONE_SIDE
    return replace(thing, part=want.side) if one_of_both else thing


def _is_plural(about: str, name: str) -> bool:
    """Whether the words name several: "the effusions"."""
    text = FINDINGS[name].text
    plurals = [word for word in FINDINGS[name].synonyms if word.endswith("s") and not text.endswith("s")]
    return any(re.search(rf"\b{re.escape(word)}\b", about) for word in plurals if not word.endswith(("ss", "is")))


def _only(found: Sequence[Thing], about: str, sentences: Sequence[DraftSentence]) -> Thing:
    if len(found) == 1:
        return found[0]
    if not found:
        raise SightlineError(f"`{about}`: the draft {_speaks_of(sentences)}, name what you mean.")
    raise SightlineError(f"`{about}`: may be {_listed(found)}, say which one.")


def _nothing(want: Finding, denied: Sequence[Thing], sentences: Sequence[DraftSentence]) -> str:
    text = named(want.name)
    if denied:
        said = sentences[denied[0].spots[0].sentence].text
        return f'`{text}`: the draft denies it ("{said}"), say "add {stated(want)}" to state it.'
    return f"`{text}`: is not in the draft, which {_speaks_of(sentences)}."


def _speaks_of(sentences: Sequence[DraftSentence]) -> str:
    there = [thing for thing in things(sentences) if thing.possible]
    return f"speaks of {_listed(there, 'and')}" if there else "states no finding as present"


def _listed(found: Sequence[Thing], joint: str = "or") -> str:
    *others, last = dict.fromkeys(_told(thing.finding) for thing in found)
    return f" {joint} ".join(filter(None, (", ".join(others), last)))


def _told(finding: Finding) -> str:
    """Enough to tell it from others: "pleural effusion on the left", "nodule on the right (upper lobe, 8 mm)"."""
    size = f"{finding.size_mm:g} mm" if finding.size_mm else None
    more = ", ".join(filter(None, (finding.location, size)))
    possible = "possible " if finding.certainty is Certainty.UNCERTAIN else ""
    return f"{possible}{stated(finding)}" + (f" ({more})" if more else "")
