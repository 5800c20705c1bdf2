"""Which whole sentences a command means: by number, or by what they are about."""

from __future__ import annotations

from collections.abc import Sequence

from mllm.draft.editing.grammar import Command, means_it
from mllm.draft.editing.targets import choose
from radiology.errors import SightlineError
from radiology.reading.mentions import read_sentence
from radiology.study import DraftSentence, Finding
from radiology.writing.anatomy import Heading, heading_of, heading_of_text


def sentences_meant(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> set[int]:
    """The places of the sentences that go; raises SightlineError where there is none, or one too many."""
    here = [i for i, sentence in enumerate(sentences) if command.section in (None, sentence.section)]
    numbered = command.number is not None
    gone = set(_numbered(here, command.number or 0) if numbered else _speaking_of(sentences, command, it)) & set(here)
    if not gone:
        which = command.number if numbered else command.about
        raise SightlineError(f"`{which}`: there is no such sentence, there are {len(here)}.")
    return gone


def _numbered(here: Sequence[int], number: int) -> list[int]:
    """The sentence with that number, counted from 1."""
    return [here[number - 1]] if 0 < number <= len(here) else []


def _speaking_of(sentences: Sequence[DraftSentence], command: Command, it: Sequence[Finding]) -> list[int]:
    """The sentences about a finding, or about an organ, "the heart": of these one of a section, unless `several`."""
    about = command.about
    if means_it(about) or read_sentence(about):
        return [spot.sentence for thing in choose(sentences, about, it, denials=True) for spot in thing.spots]
    heading = heading_of_text(about)
    told = [{heading_of(m.finding.name) for m in s.findings} or {heading_of_text(s.text)} for s in sentences]
    found = [i for i, headings in enumerate(told) if heading in headings and heading is not Heading.OTHER]
    sections = [sentences[i].section for i in found]
    if not command.several and len(set(sections)) < len(sections):
        numbers = " or ".join(f'{i + 1} ("{sentences[i].text}")' for i in found)
        raise SightlineError(f"`{about}`: may be sentence {numbers}, say which number.")
    return found
