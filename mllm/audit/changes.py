"""A draft as text to edit, one sentence a line, and what was changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from radiology.study import Draft, Noun

_TITLES = {"findings": "Findings:", "impression": "Impression:"}
LEAST_ALIKE = 0.2
"""The share of words that lines have in common, at the least, where one stands in the other's place."""


class Change(Noun):
    """Lines that became other lines: `before` is empty for what was added, `after` for what was taken out."""

    before: str
    after: str


def draft_text(draft: Draft) -> str:
    """The findings, then the impression, each under its heading and a sentence a line."""
    findings, impression = (
        [sentence.text for sentence in draft.sentences if sentence.section == section] for section in _TITLES
    )
    parts = {"findings": findings, "impression": impression or [draft.impression]}
    return "\n\n".join("\n".join((_TITLES[section], *lines)) for section, lines in parts.items() if any(lines))


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What tells two texts apart, line by line; spaces at a line's ends and empty lines do not count."""
    old, new = _lines(before), _lines(after)
    return tuple(
        change
        for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
        for change in _paired(old[start:end], new[first:last])
    )


def is_heading(line: str) -> bool:
    return line in _TITLES.values()


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _paired(old: list[str], new: list[str]) -> Iterator[Change]:
    """Line by line; where one side has more lines, the other stands beside those it is most like."""
    spare = len(old) - len(new)
    shift = max(range(abs(spare) + 1), key=lambda start: _likeness(old, new, start if spare > 0 else -start))
    old, new = ([""] * shift + old, new) if spare < 0 else (old, [""] * shift + new)
    for before, after in zip_longest(old, new, fillvalue=""):
        if before and after and _alike(before, after) < LEAST_ALIKE:
            yield from (Change(before=before, after=""), Change(before="", after=after))
        else:
            yield Change(before=before, after=after)


def _likeness(old: list[str], new: list[str], start: int) -> float:
    """How alike two runs of lines are when `new` begins beside line `start` of `old`."""
    return sum(_alike(a, b) for a, b in zip(old[max(start, 0) :], new[max(-start, 0) :], strict=False))


def _alike(before: str, after: str) -> float:
    """The share of words that two lines have in common, in order, 0 to 1."""
    return SequenceMatcher(None, _words(before), _words(after), autojunk=False).ratio()


def _words(line: str) -> list[str]:
    return ["".join(filter(str.isalnum, word)).lower() for word in line.split()]
