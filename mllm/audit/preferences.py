"""Preference pairs from signed edits: what the person signed is chosen, what the model wrote is rejected.

The columns are those of TRL's trainers. `prompt` is the hash of the prompt, because a log holds no prompt: whoever
trains builds it again from the study.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mllm.audit.changes import changes, is_heading
from mllm.audit.events import Drafted, Entry, SignedOff
from mllm.prompts import report_answer
from radiology.reading.sections import read_sections
from radiology.study import Noun, Report


class Preference(Noun):
    """`why` tells what was changed: "report" or "sentence"."""

    study_id: str
    prompt: str
    chosen: str
    rejected: str
    why: str


def preferences(entries: Iterable[Entry]) -> Iterator[Preference]:
    """For each draft whose signed text differs: the whole report, then each sentence that replaces another.

    Where a draft was signed more than once, the last text counts. A sentence that was added or taken out has no
    counterpart, so it is in the whole report only.
    """
    drafted: dict[int, Drafted] = {}
    signed: dict[int, SignedOff] = {}
    for entry in entries:
        if isinstance(entry.event, Drafted):
            drafted[entry.number] = entry.event
        elif isinstance(entry.event, SignedOff):
            signed[entry.event.draft] = entry.event
    for number, event in signed.items():
        if number in drafted:
            yield from _pairs(drafted[number], event.text)


def _pairs(event: Drafted, signed: str) -> Iterator[Preference]:
    edits = changes(event.text, signed)
    if not edits:
        return
    yield _pair(event, _answer(signed), _answer(event.text), "report")
    for edit in edits:
        if edit.before and edit.after and not (is_heading(edit.before) or is_heading(edit.after)):
            yield _pair(event, edit.after, edit.before, "sentence")


def _pair(event: Drafted, chosen: str, rejected: str, why: str) -> Preference:
    return Preference(study_id=event.study_id, prompt=event.prompt_hash, chosen=chosen, rejected=rejected, why=why)


def _answer(text: str) -> str:
    """The text as a model would have answered."""
    report = read_sections(text)
    return report_answer(
        Report(findings=" ".join(report.findings.split()), impression=" ".join(report.impression.split()))
    )
