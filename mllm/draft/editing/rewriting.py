"""A sentence written again because what it states has changed: in place where that is safe, else from its findings.

Words changed in place are kept only if reading the sentence then gives exactly the findings it shall state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mllm.draft.claims import Claim, Section
from radiology.reading.mentions import read_sentence
from radiology.study import DraftSentence, Finding, Mention, Severity, Side
from radiology.writing.anatomy import opening_of
from radiology.writing.phrases import grade_of
from radiology.writing.sentences import Written, write_sentences

_SIDES = {Side.LEFT: "left", Side.RIGHT: "right"}
_GRADES = {
    Severity.SMALL: r"small|tiny|trace|minimal(?:ly)?|mild(?:ly)?|slight(?:ly)?|subtle|minor",
    Severity.MODERATE: r"moderate(?:ly)?|medium",
    Severity.LARGE: r"large|severe(?:ly)?|marked(?:ly)?|massive|extensive|huge",
}
_ARTICLE = re.compile(r"\b([Aa])n(?= (?:small|moderate|large|mild|severe))")


def rewritten(sentence: DraftSentence, stated: Sequence[Sequence[Finding]]) -> tuple[Claim, ...]:
    """The sentences that say `stated`, what each mention of `sentence` becomes; none where nothing is left."""
    findings = [finding for some in stated for finding in some]
    if not findings:
        return ()
    if text := _in_place(sentence, stated):
        return (claim_of(Written(text, tuple(findings)), sentence.section),)
    opening = opening_of(sentence.text)
    first, *others = write_sentences(findings)
    texts = (Written(opening + first.text, first.findings), *others)
    return tuple(claim_of(written, sentence.section) for written in texts)


def claim_of(written: Written, section: Section) -> Claim:
    """What is to be weighed: the places of its findings are read from the text, or are all of it."""
    read = read_sentence(written.text)
    if [bare(mention.finding) for mention in read] == [bare(finding) for finding in written.findings]:
        places = [(mention.start, mention.end) for mention in read]
    else:
        places = [(0, len(written.text))] * len(written.findings)
    mentions = tuple(
        Mention(finding=finding, start=start, end=end)
        for finding, (start, end) in zip(written.findings, places, strict=True)
    )
    boxes = tuple(box for finding in written.findings for box in finding.boxes)
    return Claim(written.text, section, mentions, tuple(dict.fromkeys(boxes)), 0, len(written.text))


def bare(finding: Finding) -> Finding:
    """What words can say of it: without boxes and probability."""
    return finding.model_copy(update={"boxes": (), "probability": None})


def _in_place(sentence: DraftSentence, stated: Sequence[Sequence[Finding]]) -> str | None:
    """The sentence with other words for side and severity, if that says what it shall."""
    if any(len(some) != 1 for some in stated):
        return None
    text = sentence.text
    for mention, (new,), (start, end) in reversed(
        list(zip(sentence.findings, stated, _stretches(sentence), strict=True))
    ):
        text = text[:start] + _respelt(text[start:end], mention.finding, new) + text[end:]
    read = [bare(mention.finding) for mention in read_sentence(text)]
    return text if read == [bare(new) for (new,) in stated] else None


def _stretches(sentence: DraftSentence) -> Iterator[tuple[int, int]]:
    """The words of each mention: from the end of the one before it to its own, from the start, to the end."""
    start = 0
    for i, mention in enumerate(sentence.findings):
        end = len(sentence.text) if i == len(sentence.findings) - 1 else max(start, mention.end)
        yield start, end
        start = end


def _respelt(words: str, old: Finding, new: Finding) -> str:
    if old.side in _SIDES and new.side in _SIDES and old.side is not new.side:
        words = _replaced(words, _SIDES[old.side], _SIDES[new.side])
    if old.severity and new.severity and old.severity is not new.severity:
        words = _ARTICLE.sub(r"\1", _replaced(words, _GRADES[old.severity], grade_of(new)))
    return words


def _replaced(words: str, old: str, new: str) -> str:
    """Every `old` (a pattern) replaced, as an adverb or with a capital where it was one."""

    def spelt(match: re.Match[str]) -> str:
        word = f"{new.removesuffix('ly')}ly" if match[0].lower().endswith("ly") else new
        return word.capitalize() if match[0][0].isupper() else word

    return re.sub(rf"\b(?:{old})\b", spelt, words, flags=re.I)
