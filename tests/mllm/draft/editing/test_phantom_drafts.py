"""Whatever a phantom's report says, in any style, an edit changes the sentences about its finding and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from mllm.draft.claims import Claim
from mllm.draft.editing.edit import edit
from mllm.draft.wording import stated
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.phantom.language.styles import Style
from radiology.phantom.language.write import write_statements
from radiology.reading.mentions import read_sentence
from radiology.study import Certainty, Draft, DraftSentence, Finding, Mention, ModelInfo, Severity, Side
from tests.radiology.phantom.language.drawing import draw_findings

Weigh = Callable[[Claim], DraftSentence]
SEEDS = 8
FEW = 6
"""Findings of a report that are edited, of those that are there."""


def _draft(seed: int, style: Style) -> Draft:
    rng = np.random.default_rng([seed, 11])
    statements = write_statements(draw_findings(rng), rng, style=style)
    sentences = tuple(
        DraftSentence(text=s.text, section=s.section, findings=read_sentence(s.text), confidence=0.5)
        for s in statements
    )
    return Draft(study_id=str(seed), sentences=sentences, model=ModelInfo(id="m", hash="0"), prompt_hash="")


def _commands(finding: Finding) -> Iterator[str]:
    phrase = stated(finding)
    yield f"remove the {phrase}"
    yield f"there is no {phrase}"
    yield f"call the {phrase} possible"
    yield f"delete the sentence about the {phrase}"
    if FINDINGS[finding.name].sided:
        yield f"change the {phrase} to {'right' if finding.side is Side.LEFT else 'left'}"
    if not FINDINGS[finding.name].device:
        yield f"change the {phrase} to {'small' if finding.severity is Severity.LARGE else 'large'}"


def _speaks_of(sentence: DraftSentence, name: str) -> bool:
    return any(mention.finding.name == name for mention in sentence.findings)


@pytest.mark.parametrize("style", Style)
def test_all_other_sentences_stay_byte_for_byte(style: Style, unweighed: Weigh) -> None:
    edited = 0
    for seed in range(SEEDS):
        draft = _draft(seed, style)
        there = [m.finding for s in draft.sentences for m in s.findings if m.finding.certainty is not Certainty.ABSENT]
        for finding in there[:FEW]:
            for command in _commands(finding):
                try:
                    done = edit(draft, command, unweighed)
                except SightlineError:
                    continue
                assert done is not None, command
                edited += 1
                untouched = [s for s in draft.sentences if not _speaks_of(s, finding.name)]
                kept = [s for s in done.after.sentences if not s.flags]
                assert [s for s in kept if not _speaks_of(s, finding.name)] == untouched, command
                assert [s for s in draft.sentences if s in kept] == kept, command
    assert edited > SEEDS * 3


@pytest.mark.parametrize("style", Style)
def test_the_new_sentences_say_what_was_asked_for(style: Style, unweighed: Weigh) -> None:
    """What is read from the new text is what the draft says it states, and the rest of a sentence is kept."""
    for seed in range(SEEDS, 2 * SEEDS):
        draft = _draft(seed, style)
        for finding in [m.finding for s in draft.sentences for m in s.findings][:FEW]:
            for command in _commands(finding):
                try:
                    done = edit(draft, command, unweighed)
                except SightlineError:
                    continue
                assert done is not None
                for sentence in (s for s in done.after.sentences if "edited" in s.flags):
                    assert _bare(sentence.findings) == _bare(read_sentence(sentence.text)), (command, sentence.text)
                if not command.startswith("delete"):
                    assert _others(done.after, finding.name) == _others(draft, finding.name), command


def _bare(mentions: tuple[Mention, ...]) -> list[Finding]:
    return [mention.finding for mention in mentions]


def _others(draft: Draft, name: str) -> list[Finding]:
    """Everything a draft says of other findings, in order."""
    return [f for s in draft.sentences for f in _bare(s.findings) if f.name != name]
