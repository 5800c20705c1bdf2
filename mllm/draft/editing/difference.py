"""What changed between two drafts, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from radiology.study import Draft, DraftSentence

SECTIONS = ("findings", "impression")


def difference(before: Draft, after: Draft) -> tuple[str, ...]:
    """Lines taken out ("- ...") and put in ("+ ..."), under the name of their section; nothing where none changed."""
    return tuple(line for section in SECTIONS for line in _section(before, after, section))


def objections(before: Draft, after: Draft) -> Iterator[str]:
    """The same, each new sentence followed by its flags and faults, then new faults of sentences that stayed."""
    for section in SECTIONS:
        here = {sentence.text: sentence for sentence in after.sentences if sentence.section == section}
        for line in _section(before, after, section):
            yield line
            yield from _against(here[line[2:]], "  ") if line.startswith("+ ") else ()
    if before.impression and not after.impression:
        yield "The impression now says nothing."
    earlier = {(s.section, s.text): set(_told(s)) for s in before.sentences}
    for sentence in after.sentences:
        known = earlier.get((sentence.section, sentence.text))
        fresh = [told for told in _told(sentence) if known is not None and told not in known]
        if fresh:
            yield f"  {sentence.text}"
            yield from (f"    ! {told}" for told in fresh)


def report_lines(draft: Draft) -> Iterator[str]:
    """The sentences of a draft under the names of their sections."""
    for section in SECTIONS:
        texts = [sentence.text for sentence in draft.sentences if sentence.section == section]
        yield from ((section.capitalize(), *(f"  {text}" for text in texts)) if texts else ())


def _section(before: Draft, after: Draft, section: str) -> Iterator[str]:
    old, new = ([s.text for s in draft.sentences if s.section == section] for draft in (before, after))
    changed = [line for line in list(unified_diff(old, new, n=0, lineterm=""))[2:] if not line.startswith("@@")]
    if changed:
        yield section.capitalize()
    yield from (f"{line[0]} {line[1:]}" for line in changed)


def _against(sentence: DraftSentence, indent: str) -> Iterator[str]:
    yield from (f"{indent}! {told}" for told in _told(sentence))


def _told(sentence: DraftSentence) -> tuple[str, ...]:
    """Flags and the reasons of checks, each once."""
    named = {fault.check for fault in sentence.faults}
    flags = (flag for flag in sentence.flags if flag not in named and flag not in ("edited", "no finding"))
    return (*flags, *(f"{fault.check}: {fault.reason}" for fault in sentence.faults))
