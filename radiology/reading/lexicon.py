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
    "infection control", "inguinal hernia", "umbilical hernia", "tracheal collapse", "fracture fixation",
    "hernia repair", "respiratory infection", "cystic fibrosis",
    "thoracic cavity", "pleural cavity", "chest cavity", "peritoneal cavity", "abdominal cavity",
)  # fmt: skip
"""Phrases that hold the word of a finding and mean something else, or not a finding of this vocabulary."""

_SIGNS = {
    "nodular opacity": "nodule", "nodular opacities": "nodule", "nodular density": "nodule",
    "nodular densities": "nodule", "infection": "pneumonia", "infectious process": "pneumonia",
    "lung infection": "pneumonia", "pulmonary infection": "pneumonia",
}  # fmt: skip
"""Phrases that leave open whether it is the finding: uncertain when affirmed."""


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
