from __future__ import annotations

import re
from itertools import product

import pytest

from radiology.findings import FINDINGS
from radiology.study import Certainty, Change, Finding, Severity, Side
from radiology.writing.lay.phrases import plain_sentences
from radiology.writing.lay.words import WORDS

GRADE = 8.9
"""A reader at the end of grade 8."""
_BRACKETS = re.compile(r" \([^)]*\)")


def test_every_finding_of_the_vocabulary_has_words() -> None:
    assert set(WORDS) == set(FINDINGS)


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (
            Finding(name="pleural_effusion", side=Side.LEFT, severity=Severity.SMALL, change=Change.WORSE),
            (
                "There is a small amount of extra fluid around the left lung (pleural effusion). "
                "It looks like more than on the earlier X-ray."
            ),
        ),
        (
            Finding(name="nodule", side=Side.RIGHT, location="upper lobe", size_mm=8),
            "There is a round spot in the upper part of the right lung, about 8 mm across (nodule).",
        ),
        (
            Finding(name="nodule", side=Side.LEFT, count=3, size_mm=12),
            "There are three round spots in the left lung, up to 12 mm across (nodule).",
        ),
        (Finding(name="nodule", certainty=Certainty.UNCERTAIN), "There may be a round spot in a lung (nodule)."),
        (
            Finding(name="cardiomegaly", severity=Severity.SMALL, change=Change.STABLE),
            "There is a slightly enlarged heart (cardiomegaly). It has not changed since the earlier X-ray.",
        ),
        (Finding(name="cardiomegaly", certainty=Certainty.ABSENT), "There is no enlarged heart (cardiomegaly)."),
        (
            Finding(name="fracture", side=Side.LEFT, location="sixth rib", change=Change.NEW),
            "There is a broken rib on the left side (fracture). It was not seen on the earlier X-ray.",
        ),
        (
            Finding(name="mediastinal_shift", side=Side.RIGHT),
            "There is a shift of the middle part of the chest to the right (mediastinal shift).",
        ),
        (
            Finding(name="chest_tube", side=Side.LEFT, certainty=Certainty.ABSENT, change=Change.RESOLVED),
            "The drain in the chest on the left side (chest tube) from the earlier X-ray is gone.",
        ),
        (
            Finding(name="pleural_effusion", side=Side.BILATERAL, certainty=Certainty.ABSENT),
            "There is no extra fluid around both lungs (pleural effusion).",
        ),
    ],
)
def test_the_wording(finding: Finding, text: str) -> None:
    assert plain_sentences(finding) == text


def _all() -> list[str]:
    fields = product(FINDINGS, (None, Side.LEFT, Side.BILATERAL), (None, *Severity), (None, *Change), Certainty)
    return [
        plain_sentences(Finding(name=name, side=side, severity=severity, change=change, certainty=certainty))
        for name, side, severity, change, certainty in fields
        if FINDINGS[name].sided or side is None
    ]


def test_no_sentence_breaks_down() -> None:
    for text in _all():
        assert re.fullmatch(r"(?:[A-Z][^.{}]*[a-z)]\.(?: |$))+", text.replace("X-ray", "Xray")), text
        assert not re.search(r"  |\ba [aeiou]|\ban [^aeiou]| an? an? |\bno an? ", text), text


def test_a_patient_can_read_it() -> None:
    """Flesch-Kincaid grade (Kincaid et al., 1975) of each finding's sentences without the medical words in brackets."""
    for name, severity in product(FINDINGS, (None, *Severity)):
        text = plain_sentences(Finding(name=name, side=Side.LEFT if FINDINGS[name].sided else None, severity=severity))
        assert _grade(_BRACKETS.sub("", text)) <= GRADE, text


def test_it_says_nothing_of_treatment_or_outlook() -> None:
    for text in _all():
        assert not re.search(
            r"\b(?:treat|cure|therap|medic(?:ine|ation)|surviv|progno|danger|serious|cancer|die)", text
        )


def _grade(text: str) -> float:
    words = re.findall(r"[a-z'-]+", text.lower())
    sentences = text.count(".")
    return 0.39 * len(words) / sentences + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, without a silent final "e"."""
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?:[^l]e|es|ed)$", "", word))))
