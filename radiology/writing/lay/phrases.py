"""A finding in plain words: "a small amount of extra fluid around the left lung (pleural effusion)"."""

from __future__ import annotations

import re

from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding, Severity, Side
from radiology.writing.lay.words import GRADES, PARTS, WORDS, Grade, Word
from radiology.writing.sentences import is_denied

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIRECTIONS = {
    Grade.AMOUNT: ("like more", "like less"),
    Grade.SIZE: ("larger", "smaller"),
    Grade.ADVERB: ("larger", "smaller"),
}
_BONES = {"clavicle": "collarbone"}
_ARTICLE = re.compile(r"^(?:an?|many) ")
_BEFORE_A_VOWEL = re.compile(r"\ba(?= [aeiou])")


def plain_sentences(finding: Finding) -> str:
    """What `finding` says, in one or two short sentences; the medical word stands in brackets."""
    named, are = f"{_phrase(finding)} ({FINDINGS[finding.name].text})", _are(finding)
    if is_denied(finding):
        return f"There {'are' if are else 'is'} no {_ARTICLE.sub('', named)}."
    if finding.certainty is Certainty.ABSENT:
        return f"The {_ARTICLE.sub('', named)} from the earlier X-ray {'are' if are else 'is'} gone."
    there = "There may be" if finding.certainty is Certainty.UNCERTAIN else f"There {'are' if are else 'is'}"
    return f"{there} {named}.{_changed(finding, are)}"


def _word(finding: Finding) -> Word:
    return WORDS[finding.name]


def _several(finding: Finding) -> bool:
    several = (finding.count or 0) > 1 or (finding.count is None and finding.side is Side.BILATERAL)
    return several and bool(_word(finding).many)


def _are(finding: Finding) -> bool:
    return _several(finding) or _word(finding).are


def _phrase(finding: Finding) -> str:
    """With its article and without the medical word."""
    word, several = _word(finding), _several(finding)
    text = (word.many if several else word.text).format(
        lung=_lung(finding), side=_side(finding), to=_to(finding), bone=_bone(finding), grade=_grade(finding)
    )
    if several and finding.count:
        text = f"{_NUMBERS[finding.count - 1] if finding.count <= len(_NUMBERS) else finding.count} {text}"
    size = f", {'up to' if several else 'about'} {finding.size_mm:g} mm across" if finding.size_mm else ""
    return _BEFORE_A_VOWEL.sub("an", text) + size


def _grade(finding: Finding) -> str:
    if finding.severity is None or is_denied(finding):
        return ""
    return GRADES[_word(finding).grade][list(Severity).index(finding.severity)]


def _lung(finding: Finding) -> str:
    """The lung or lungs, and which part; a side that nobody told is "a lung"."""
    part = PARTS.get(finding.location or "", "")
    if finding.side in (Side.LEFT, Side.RIGHT):
        return f"{part}the {finding.side} lung"
    if finding.side is Side.BILATERAL:
        return f"{part}both lungs"
    return f"{part}the lungs" if is_denied(finding) else f"{part}a lung"


def _side(finding: Finding) -> str:
    if finding.side is None:
        return ""
    return " on both sides" if finding.side is Side.BILATERAL else f" on the {finding.side} side"


def _to(finding: Finding) -> str:
    return f" to the {finding.side}" if finding.side in (Side.LEFT, Side.RIGHT) else ""


def _bone(finding: Finding) -> str:
    location = finding.location or "bone"
    return "rib" if location.endswith("rib") else _BONES.get(location, "bone")


def _changed(finding: Finding, are: bool) -> str:
    """A second sentence about the change since the earlier film."""
    subject, has, looks = ("They", "have", "look") if are else ("It", "has", "looks")
    worse, better = _DIRECTIONS.get(_word(finding).grade, ("worse", "better"))
    match finding.change:
        case Change.NEW:
            return f" {subject} {'were' if are else 'was'} not seen on the earlier X-ray."
        case Change.STABLE:
            return f" {subject} {has} not changed since the earlier X-ray."
        case Change.WORSE:
            return f" {subject} {looks} {worse} than on the earlier X-ray."
        case Change.BETTER:
            return f" {subject} {looks} {better} than on the earlier X-ray."
    return ""
