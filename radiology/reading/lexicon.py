"""Where a text names a finding: the phrases of `radiology.findings`, signs that only suggest one, and look-alikes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from radiology.findings import FINDINGS
from radiology.study import Certainty

_LOOKALIKES = (
    "mass effect", "body mass", "fat pad opacity", "laryngeal edema", "soft tissue edema", "subcutaneous edema",
    "infection control", "inguinal hernia", "umbilical hernia", "vertebral collapse", "vertebral body collapse",
    "tracheal collapse", "aortic valve", "mitral valve", "compression deformity", "fracture fixation",
    "hernia repair", "respiratory infection", "cystic fibrosis",
)  # fmt: skip
"""Phrases that hold the word of a finding and mean something else, or not a finding of this vocabulary."""

_SIGNS = {
    "nodular opacity": "nodule", "nodular opacities": "nodule", "nodular density": "nodule",
    "nodular densities": "nodule", "infection": "pneumonia", "infectious process": "pneumonia",
    "lung infection": "pneumonia", "pulmonary infection": "pneumonia",
}  # fmt: skip
"""Phrases that leave open whether it is the finding: uncertain when affirmed."""

_ANGLE = r"(?:costophrenic|cp)\b(?:\s+(?:angles?|sulc\w+|recess\w*|x{3,}))?"
_BLUNTING = re.compile(
    rf"\bblunt(?:ing|ed)\s+(?:\w+\s+){{0,5}}?{_ANGLE}|\b{_ANGLE}\s+(?:\w+\s+){{0,3}}?blunt(?:ing|ed)\b"
)


@dataclass(frozen=True)
class Hit:
    """A place [start, end) that speaks of `name`; the words [anchor, anchor_end) in it are what cues act on.

    `certainty` is what it says with no cue around: "clear lungs" is ABSENT by itself.
    """

    name: str
    start: int
    end: int
    anchor: int
    anchor_end: int
    certainty: Certainty = Certainty.PRESENT


def _phrases() -> dict[str, tuple[str, ...]]:
    """Phrase -> the findings it names; none for a look-alike."""
    named: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for term in FINDINGS.values():
        for phrase in {term.text, *term.synonyms}:
            named[phrase] += (term.name,)
    return named | dict.fromkeys(_LOOKALIKES, ()) | {phrase: (name,) for phrase, name in _SIGNS.items()}


def _alternation(phrases: Iterable[str]) -> str:
    """Longest first, grouped by first letter so that a scan tries few branches at each word."""
    groups: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        groups[phrase[0]].append(re.sub(r"[ -]", r"[\\s-]+", phrase[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items())


_PHRASES = _phrases()
_PATTERN = re.compile(rf"\b(?:{_alternation(_PHRASES)})\b")
_SPACES = re.compile(r"[\s-]+")
_BY_WORDS = {_SPACES.sub(" ", phrase): (phrase, names) for phrase, names in _PHRASES.items()}


def find_phrases(text: str) -> Iterator[Hit]:
    """Every phrase of the lower-case `text`, left to right; a phrase inside a longer one is not found."""
    for match in _PATTERN.finditer(text):
        phrase, names = _BY_WORDS[_SPACES.sub(" ", match.group())]
        certainty = Certainty.UNCERTAIN if phrase in _SIGNS else Certainty.PRESENT
        for name in names:
            yield Hit(name, match.start(), match.end(), match.start(), match.end(), certainty)
    for match in _BLUNTING.finditer(text):
        yield Hit("pleural_effusion", match.start(), match.end(), match.start(), match.end(), Certainty.UNCERTAIN)
