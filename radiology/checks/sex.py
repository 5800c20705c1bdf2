"""What is said of a patient must fit the sex that the study tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiology.checks.check import Context, Found
from radiology.study import DraftSentence

_ONLY = {
    "F": re.compile(
        r"\b(?:she|her|hers|woman|women|female|lady|pregnan\w+|gravid\w*|uter(?:us|ine)|ovar(?:y|ies|ian))\b", re.I
    ),
    "M": re.compile(r"\b(?:he|his|him|man|men|male|gentleman|prostat\w+|testic\w+)\b", re.I),
}
_WORDS = {"F": "a woman", "M": "a man"}


def other_sex(sentences: Sequence[DraftSentence], context: Context) -> Iterator[Found]:
    """Sentences that fit only a patient of the other sex; it takes no part where the study tells none.

    Breasts, implants and mastectomies are left alone: men have them too.
    """
    sex = context.study.sex
    if sex is None:
        return
    other = "M" if sex == "F" else "F"
    for i, sentence in enumerate(sentences):
        if match := _ONLY[other].search(sentence.text):
            yield Found(i, f'"{match[0]}" is said of {_WORDS[other]}, the study is of {_WORDS[sex]}.')
