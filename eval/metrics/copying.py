"""How much of a report is copied from the texts of others that stood in its prompt.

Only reports with such texts are scored. A failed report or one without a word counts as copied, so that saying
nothing does not score well.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from eval.metrics.words import CACHED, words
from eval.prediction import Prediction
from radiology.reading.sentences import split_sentences

UNIT = "reports with texts in the prompt"
HOW = "lower case, no punctuation; a failed or empty report counts as copied"
_WORDS = "drop"


def copied_sentences(row: Prediction) -> float | None:
    """Share of the sentences whose words stand, side by side, in one of the texts; None without texts."""
    return _share_of_sentences(row.prediction or "", row.context) if row.context else None


def copied_run(row: Prediction) -> float | None:
    """Words in the longest run that also stands in one of the texts, as a share of the report; None without texts."""
    return _longest_run(row.prediction or "", row.context) if row.context else None


@lru_cache(maxsize=CACHED)
def _share_of_sentences(report: str, texts: tuple[str, ...]) -> float:
    sentences = [own for own in map(_padded, split_sentences(report)) if own.strip()]
    sources = [_padded(text) for text in texts]
    copied = sum(any(sentence in source for source in sources) for sentence in sentences)
    return copied / len(sentences) if sentences else 1.0


def _padded(text: str) -> str:
    """Normalised words between single spaces, so that only whole words match."""
    return f" {' '.join(words(text, _WORDS))} "


@lru_cache(maxsize=CACHED)
def _longest_run(report: str, texts: tuple[str, ...]) -> float:
    said = words(report, _WORDS)
    return max(_run(words(text, _WORDS), said) for text in texts) / len(said) if said else 1.0


def _run(source: tuple[str, ...], said: tuple[str, ...]) -> int:
    return SequenceMatcher(None, source, said, autojunk=False).find_longest_match().size
