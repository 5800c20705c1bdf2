"""Shares of reports with an error of one kind: something left out, made up, or compared with nothing."""

from __future__ import annotations

from functools import lru_cache

from eval.metrics.findings import names
from eval.metrics.words import CACHED
from eval.prediction import Prediction
from radiology.checks.comparison import compares
from radiology.reading.mentions import read_sentence
from radiology.reading.sections import read_sections
from radiology.reading.sentences import split_sentences


def omits(row: Prediction) -> tuple[bool, bool]:
    """At least one true finding is missing; every report counts."""
    predicted, true = names(row)
    return bool(true - predicted), True


def makes_up(row: Prediction) -> tuple[bool, bool]:
    """At least one present finding is not true; every report counts."""
    predicted, true = names(row)
    return bool(predicted - true), True


def compares_without_prior(row: Prediction) -> tuple[bool, bool]:
    """A sentence compares with an earlier study; reports of studies without a prior count."""
    return not row.has_prior and _compares(row.prediction or ""), not row.has_prior


@lru_cache(maxsize=CACHED)
def _compares(text: str) -> bool:
    report = read_sections(text)
    sentences = (sentence for section in (report.findings, report.impression) for sentence in split_sentences(section))
    return any(compares(sentence, read_sentence(sentence)) for sentence in sentences)
