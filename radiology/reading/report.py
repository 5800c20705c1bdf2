"""A report to its findings: the mentions of all its sentences, merged by name and side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from radiology.reading.mentions import read_sentence
from radiology.reading.sections import read_sections
from radiology.reading.sentences import split_sentences
from radiology.study import Certainty, Finding, Mention, Report, Side

_WEIGHT = {Certainty.PRESENT: 2, Certainty.UNCERTAIN: 1, Certainty.ABSENT: 0}


def read_report(text: str, weak: Certainty = Certainty.UNCERTAIN) -> tuple[Finding, ...]:
    """The findings that the findings and impression sections of `text` state, in order of first mention.

    weak: see `radiology.reading.mentions.read_sentence`.
    """
    return merge(mention.finding for mention in read_mentions(read_sections(text), weak))


def read_mentions(report: Report, weak: Certainty = Certainty.UNCERTAIN) -> Iterator[Mention]:
    """The mentions of each sentence of the findings, then of the impression; indication and history are not read."""
    for sentence in read_sentences(report):
        yield from read_sentence(sentence, weak)


def read_sentences(report: Report) -> Iterator[str]:
    """The sentences of the findings, then of the impression."""
    for section in (report.findings, report.impression):
        yield from split_sentences(section)


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding per name and side. Present outweighs uncertain, uncertain outweighs absent; what the weightier
    mention leaves open is filled from others of the same certainty. A mention without a side joins the sided ones."""
    merged: dict[tuple[str, Side | None], Finding] = {}
    for finding in findings:
        key = (finding.name, finding.side)
        merged[key] = _combine(merged[key], finding) if key in merged else finding
    for name in {name for name, side in merged if side is None}:
        _spread(merged, name)
    return tuple(merged.values())


def _spread(merged: dict[tuple[str, Side | None], Finding], name: str) -> None:
    """Fold the sideless finding `name` into its sided ones, unless it outweighs them all."""
    sideless = merged[name, None]
    sided = [key for key in merged if key[0] == name and key[1] is not None]
    if not any(_WEIGHT[merged[key].certainty] >= _WEIGHT[sideless.certainty] for key in sided):
        return
    del merged[name, None]
    for key in sided:
        if merged[key].certainty is sideless.certainty:
            merged[key] = _combine(merged[key], sideless)


def _combine(first: Finding, second: Finding) -> Finding:
    if _WEIGHT[second.certainty] > _WEIGHT[first.certainty]:
        first, second = second, first
    if first.certainty is not second.certainty:
        return first
    filled = {
        field: getattr(second, field)
        for field in ("side", "location", "severity", "size_mm", "count", "position", "change")
        if getattr(first, field) is None
    }
    return first.model_copy(update=filled)
