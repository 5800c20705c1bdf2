"""Questions and texts as words that an index can compare: one spelling, no words that say nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPELLINGS = (
    (re.compile(r"aem"), "em"),
    (re.compile(r"oe(?=dem|soph)"), "e"),
    (re.compile(r"our\b"), "or"),
    (re.compile(r"ours\b"), "ors"),
    (re.compile(r"tre\b"), "ter"),
    (re.compile(r"goitre"), "goiter"),
    (re.compile(r"\bgrey"), "gray"),
    (re.compile(r"is(?=(?:e|es|ed|ing|ation)\b)"), "iz"),
)
"""British to American, so that both are found by both."""
MOST = 40
_WORD = re.compile(r"\w+")
_PLURAL = re.compile(r"(?<=[a-z]{2}[^su])s$")
_WITHOUT_SUBJECT = """
    a about all also an and any appearance appearances are as at be been being between but by can cause caused
    causes check compare confused could define definition describe diagnoses diagnosis did difference differences
    differential differentials differentiate distinguish do does else end explain far feature features film films
    find for from general give graded had has have how i identify if in indicate into is it its know lie like look
    lookalike looks many may me mean meaning means meant measured mention might mimic mimics mistaken most much must
    need needed next normally of often on one or ought our out place please put radiograph radiographic radiographs
    radiological recognise recognised recognize recognized report reported say see seen shall should show shows
    signs sit so some stand suggest tell than that the their them then there these they thing things this those to
    told typical typically up us use used usual usually very was we were what when where whether which while who
    whose why will with would you your
"""
"""Words of a question that do not tell its subject; what is asked of the subject, the forms of the question tell."""
_IDLE = frozenset(_WITHOUT_SUBJECT.split())


def spelt(text: str) -> str:
    """`text` in lower case, American spelling and without accents."""
    folded = unicodedata.normalize("NFKD", text.lower())
    result = "".join(c for c in folded if not unicodedata.combining(c))
    for british, american in _SPELLINGS:
        result = british.sub(american, result)
    return result


@lru_cache(maxsize=8192)
def all_words(text: str) -> frozenset[str]:
    """Every word of `text`, singular and plural alike."""
    return frozenset(_PLURAL.sub("", word) for word in _WORD.findall(spelt(text)))


def subject_words(question: str) -> tuple[str, ...]:
    """The first words of a question that tell its subject, once each and `MOST` at most."""
    words = (word for word in _WORD.findall(spelt(question)) if word not in _IDLE and (len(word) > 1 or word.isdigit()))
    return tuple(dict.fromkeys(words))[:MOST]
