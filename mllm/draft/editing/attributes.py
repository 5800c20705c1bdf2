"""What words make of a finding: "on the left", "moderate", "possible", "8 mm", "unchanged", "a mass"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.reading.mentions import read_sentence
from radiology.reading.modifiers import change_of, location_of, severity_of, side_of, size_of
from radiology.study import Certainty, Change, Finding, Side
from radiology.writing.anatomy import fits

ALLOWED = "a side, a grade, a size in mm, a place, a change or how certain it is"
_CERTAINTY = {
    Certainty.ABSENT: r"absent|not (?:there|present|seen|visible|real)|ruled out",
    Certainty.UNCERTAIN: r"possibl[ey]|probabl[ey]|suspected|uncertain|unsure|questionable|equivocal|doubtful"
    r"|not (?:certain|sure|definite)",
    Certainty.PRESENT: r"definite(?:ly)?|certain(?:ly)?|sure|confirmed|present|real",
}
_GONE = re.compile(r"\b(?:resolved|gone|cleared|removed|no longer (?:there|seen|present|visible))\b")
_OTHER_SIDE = re.compile(r"\b(?:other|opposite|wrong|contralateral) side\b")
_STATED = re.compile("|".join((_GONE.pattern, _OTHER_SIDE.pattern, *(rf"\b(?:{w})\b" for w in _CERTAINTY.values()))))
_BOTH = re.compile(r"\bboth\b")
_FILLER = re.compile(
    r"the|an?|on|in|at|of|to|and|but|sided?|sizes?|sized|grade|now|it|be|only|rather|been|since|prior|previous|film|study"
    r"|measuring|lungs?|zones?|lobes?|upper|mid|middle|lower|ribs?|bases?|basal|apex|apical|apices|hil(?:um|ar|a)"
    r"|perihilar|lingula|retrocardiac|fissure|costophrenic|angle|clavicle|mm|cm|\d+(?:\.\d+)?(?:mm|cm|th|st|nd|rd)?|sides?"
)
_OTHERS = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


@dataclass(frozen=True)
class Attributes:
    """New values for fields of a finding; `swap`: the other side, whichever that is; `name`: another finding."""

    update: dict[str, Any] = field(default_factory=dict)
    swap: bool = False
    name: str | None = None

    @property
    def denies(self) -> bool:
        return self.update.get("certainty") is Certainty.ABSENT


def read_attributes(text: str) -> Attributes | None:
    """What `text` says of a finding; None unless all of its words are understood."""
    words = _BOTH.sub("bilateral", text.lower().strip(" .!"))
    mentions = read_sentence(words)
    if mentions:
        around = words[: mentions[0].start] + " " + words[mentions[0].end :]
        return _renaming(mentions[0].finding) if len(mentions) == 1 and _understood(around) else None
    found = {
        "side": side_of(words),
        "severity": severity_of(words),
        "size_mm": size_of(words),
        "location": location_of(words),
        **_state(words),
    }
    update = {name: value for name, value in found.items() if value is not None}
    swap = _OTHER_SIDE.search(words) is not None
    return Attributes(update, swap) if (update or swap) and _understood(words) else None


def _renaming(finding: Finding) -> Attributes:
    """Another finding takes the place of the old one, with what is said of it."""
    said = {name: getattr(finding, name) for name in ("side", "severity", "size_mm", "location", "change")}
    certainty = {} if finding.certainty is Certainty.PRESENT else {"certainty": finding.certainty}
    return Attributes({k: v for k, v in said.items() if v is not None} | certainty, name=finding.name)


def _state(words: str) -> dict[str, Any]:
    if _GONE.search(words):
        return {"certainty": Certainty.ABSENT, "change": Change.RESOLVED}
    certainty = next((c for c, spelling in _CERTAINTY.items() if re.search(rf"\b(?:{spelling})\b", words)), None)
    return {"certainty": certainty, "change": change_of("", words)}


def _understood(words: str) -> bool:
    return all(map(_known, _STATED.sub(" ", words).replace("-", " ").split()))


def _known(word: str) -> bool:
    """Whether a word adds nothing that was not understood; "not" does."""
    bare = word.strip(",;:")
    told = severity_of(bare) or side_of(bare) or change_of("", bare)
    return told is not None or _FILLER.fullmatch(bare) is not None


def applied(finding: Finding, attributes: Attributes) -> Finding:
    """`finding` with `attributes`, without what then no longer fits: a box of the old place, a lobe of the other side.

    Raises SightlineError for a side or a grade of a finding that has none.
    """
    name = attributes.name or finding.name
    term, update = FINDINGS[name], dict(attributes.update)
    if not term.sided and "side" in update:
        raise SightlineError(f"`{term.text}`: has no side, say how certain it is or how it has changed.")
    if term.device and "severity" in update:
        raise SightlineError(f"`{term.text}`: has no grade, say which side it is on or whether it is there.")
    return _consistent(finding, finding.model_copy(update={**update, "name": name}))


def settled(attributes: Attributes, finding: Finding) -> Attributes:
    """`attributes` with "the other side" of `finding` by its name; raises SightlineError where there is no other."""
    if not attributes.swap:
        return attributes
    if finding.side not in _OTHERS:
        told = "on both sides" if finding.side else "on no side"
        raise SightlineError(f"`{FINDINGS[finding.name].text}`: is {told} in the draft, say left, right or both.")
    return replace(attributes, swap=False, update={**attributes.update, "side": _OTHERS[finding.side]})


def _consistent(old: Finding, new: Finding) -> Finding:
    """What is not there has no size, what has moved no box, what is on both sides is not solitary."""
    term, gone = FINDINGS[new.name], new.certainty is Certainty.ABSENT
    cleared: dict[str, Any] = {}
    if gone or term.device:
        cleared |= {"severity": None, "size_mm": None}
    if gone:
        cleared |= {"count": None, "position": None}
        cleared |= {} if new.change is Change.RESOLVED else {"change": None}
    elif new.change is Change.RESOLVED:
        cleared["change"] = None
    if not term.sided:
        cleared["side"] = None
    if not fits(new.location, new.side) or not term.sided or term.device:
        cleared["location"] = None
    if new.side is Side.BILATERAL and new.count == 1:
        cleared["count"] = None
    moved = new.side is not old.side or new.location != old.location
    if gone or moved or new.name != old.name:
        cleared["boxes"] = ()
    return new.model_copy(update=cleared)


def denied(finding: Finding) -> Finding:
    """`finding` as not there, on its side."""
    return _consistent(finding, finding.model_copy(update={"certainty": Certainty.ABSENT, "change": None}))
