"""Edit commands in plain English, by rules: "remove the effusion", "it is on the left", "call it possible", "shorter".

A question is never a command, unless it asks for one: "can you remove the effusion?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from mllm.draft.claims import Section
from mllm.draft.editing.attributes import read_attributes
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty


class Kind(StrEnum):
    UNDO = "undo"
    REDO = "redo"
    SHORTER = "shorter"
    REMOVE = "remove"
    DELETE = "delete"
    DENY = "deny"
    ADD = "add"
    CHANGE = "change"
    SEVERAL = "several"
    """More than one command at once."""


@dataclass(frozen=True)
class Command:
    """`about`: the words for what it changes; `to`: for what it becomes; `number`: of a sentence, from 1.

    `section`: the only one that is meant; `several`: more than one sentence may go.
    """

    kind: Kind
    about: str = ""
    to: str = ""
    number: int | None = None
    section: Section | None = None
    several: bool = False


LONGEST = 200
"""Characters of a command."""
EXAMPLES = ("remove the effusion", "it is on the left", "change the effusion to moderate", "shorter", "undo")
_IT = re.compile(
    r"^(?:it|this|that|these|those|them|they|the (?:same )?finding|the (?:side|grade|severity|size|place))$"
)
_OF = re.compile(r"^the (?:side|grade|severity|size|place) of ")
_POLITE = re.compile(
    r"^(?:(?:please|now|and|then|also|actually|ok(?:ay)?|can you|could you|would you|will you|let's|(?:i want|i'd like)"
    r"(?: you)? to|edit:|no,|sorry,)[\s,]+)+"
)
_TAIL = re.compile(r"[\s,.!]*(?:\b(?:please|thanks|thank you|now|instead|from the (?:draft|report))[\s,.!]*)*$")
_ASKS = re.compile(
    r"^(?:what|where|which|who|when|why|how|is|are|was|were|do|does|did|has|have|can|could|will|would"
    r"|explain|tell|show|describe|discuss|compare)\b"
)
_DROP = r"(?:remove|delete|drop|take out|take away|strike(?: out)?|omit|leave out|cut|erase|get rid of)"
_THING = r"(?:it|this|the (?:report|draft|text))"
_MUCH = r"(?:a bit|a little|much|even)"
_CONCLUSION = r"(?:just|only) the impression|(?:the )?impression only"
_ABOUT = r"(?:about|on|with|of|saying|(?:which|that) mentions?)"
_ORDERS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})"))
    for kind, pattern in (
        (Kind.UNDO, r"undo(?: (?:it|this|that|the last (?:edit|change)))?|revert(?: that| it)?|take (?:that|it) back"),
        (Kind.REDO, r"redo(?: (?:it|this|that|the last (?:edit|change)))?"),
        (
            Kind.SHORTER,
            rf"(?:make {_THING} )?(?:{_MUCH} )?(?:shorter|briefer|more concise)|shorten(?: {_THING})?|{_CONCLUSION}",
        ),
        (Kind.DELETE, rf"{_DROP} (?:the )?sentence (?:number |no\.? ?|# ?)?(?P<number>\d{{1,4}})"),
        (Kind.DELETE, rf"{_DROP} (?:the )?sentence {_ABOUT} (?P<about>.+)"),
        (Kind.DELETE, rf"{_DROP} (?P<several>(?:all |every |the )*sentences?) {_ABOUT} (?P<about>.+)"),
        (Kind.REMOVE, rf"{_DROP} (?P<about>.+)"),
        (Kind.ADD, r"(?:add|insert|include) (?P<to>.+)"),
        (Kind.CHANGE, r"(?:change|set|correct|turn|switch|move) (?P<about>.+?) (?:to|into|as) (?P<to>.+)"),
    )
)
_SCOPE = re.compile(r",? (?:from|in|to|of|within) the (?P<section>impression|findings)(?: section)?\b")
_SECOND = re.compile(
    r"(?:\b(?:and|then|but)|[,;.])\s+(?:(?:and|then|also|please)\s+)*(?:"
    r"(?:add|insert|include|remove|delete|drop|change|set|make|call|mark|undo|shorten)\b|(?:the|it|there)\b.*\b(?:is|are)\b)"
)
"""Where a second command begins."""
_NAMING = re.compile(r"(?:make|call|mark|label|consider|grade|rate) (?P<rest>.+)")
_THERE_IS = re.compile(r"(?:there (?:is|are)|there's|i see) (?P<to>.+)")
_STATEMENT = re.compile(
    r"(?P<about>.+?)(?: (?:is|are|has|have|should be)|'s) (?:actually |really |in fact |rather |now )?(?P<to>.+)"
)


def parse(text: str) -> Command | None:
    """The command that `text` is, or None for anything else, such as a text longer than a command can be."""
    if len(text) > LONGEST:
        return None
    asked = text.rstrip().endswith("?")
    whole = _POLITE.sub("", " ".join(text.lower().split()).rstrip("?")).strip()
    said = _TAIL.sub("", whole)
    scope = _SCOPE.search(said)
    command = _command(_SCOPE.sub("", said), statement=not asked and _ASKS.match(said) is None)
    if command is None or scope is None:
        return command
    return replace(command, section="impression" if scope["section"] == "impression" else "findings")


def _command(said: str, statement: bool) -> Command | None:
    order = _order(said) or _naming(said)
    if order is None and statement:
        order = _denial(said) or _addition(said) or _statement(said)
    if order and order.kind is not Kind.DENY and _SECOND.search(said):
        return Command(Kind.SEVERAL)
    return order


def means_it(words: str) -> bool:
    """Whether `words` stand for what was spoken of last."""
    return _IT.match(words.strip()) is not None


def _order(said: str) -> Command | None:
    for kind, pattern in _ORDERS:
        if match := pattern.fullmatch(said):
            parts = match.groupdict()
            number = int(parts["number"]) if parts.get("number") else None
            about, to = _OF.sub("", parts.get("about") or ""), parts.get("to") or ""
            return Command(kind, about, to, number, several=bool(parts.get("several")))
    return None


def _naming(said: str) -> Command | None:
    """The fewest words that name something, then what it is: "call it possible", "make the left effusion moderate"."""
    match = _NAMING.fullmatch(said)
    words = match["rest"].split() if match else []
    for cut in range(1, len(words)):
        about = " ".join(words[:cut])
        if names_something(about):
            to = " ".join(words[cut:]).removeprefix("as ").removeprefix("to be ")
            return Command(Kind.CHANGE, about, to) if to else None
    return None


def names_something(words: str) -> bool:
    return means_it(words) or bool(read_sentence(words))


def _denial(said: str) -> Command | None:
    """A statement that denies all it names, none of it as gone: "no effusion", "the heart is normal"."""
    found = [mention.finding for mention in read_sentence(said)]
    if not found or any(f.certainty is not Certainty.ABSENT or f.change for f in found):
        return None
    return Command(Kind.DENY, said)


def _addition(said: str) -> Command | None:
    match = _THERE_IS.fullmatch(said)
    return Command(Kind.ADD, to=match["to"]) if match and read_sentence(match["to"]) else None


def _statement(said: str) -> Command | None:
    """What something is: "it is on the left", "the effusion is moderate"; nothing where a word is not understood."""
    match = _STATEMENT.fullmatch(said)
    if match is None or not names_something(match["about"]):
        return None
    understood = _SECOND.search(said) is not None or read_attributes(match["to"]) is not None
    return Command(Kind.CHANGE, match["about"], match["to"]) if understood else None
