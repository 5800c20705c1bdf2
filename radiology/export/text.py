"""A draft as plain text for a terminal: sentences with confidence, evidence and faults, the notice at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from radiology.export.wording import remarks
from radiology.study import Draft, DraftSentence

WIDTH = 100
SHOWN = 3
"""Evidence lines a sentence; the rest is counted."""


def to_text(draft: Draft) -> str:
    """Findings and impression in order, without a line end after the last line."""
    return "\n".join(_lines(draft))


def _lines(draft: Draft) -> Iterator[str]:
    yield f"Study {draft.study_id}"
    if draft.flags:
        yield f"Flags: {', '.join(draft.flags)}"
    for section in ("findings", "impression"):
        sentences = [sentence for sentence in draft.sentences if sentence.section == section]
        if sentences:
            yield ""
            yield section.capitalize()
        for sentence in sentences:
            yield from _sentence(sentence)
    if not draft.sentences:
        yield "\nThe model wrote no sentence."
    yield ""
    yield f"Model {draft.model.id} ({draft.model.hash[:12]}), {_seconds(draft)}"
    yield f"{draft.notice}."


def _sentence(sentence: DraftSentence) -> Iterator[str]:
    confidence = f"{sentence.confidence:4.0%}" if sentence.confidence is not None else "  - "
    yield from _wrapped(f"  {confidence}  ", sentence.text)
    for evidence in sentence.evidence[:SHOWN]:
        licence = f" [{evidence.source}, {evidence.licence}]" if evidence.source else ""
        yield from _wrapped(f"        {evidence.kind}: ", evidence.text + licence)
    if len(sentence.evidence) > SHOWN:
        yield f"        and {len(sentence.evidence) - SHOWN} more"
    for remark in remarks(sentence):
        yield from _wrapped("        ! ", remark)


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * 10) or [start.rstrip()]


def _seconds(draft: Draft) -> str:
    parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in draft.timing.items())
    return parts or "not timed"
