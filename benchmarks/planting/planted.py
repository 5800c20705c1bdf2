"""A report with one error in it, and how sentences get into a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.planting import words
from benchmarks.planting.written import Written
from radiology.findings import FINDINGS
from radiology.phantom.language.phrases import pick
from radiology.study import Finding


@dataclass(frozen=True)
class Planted:
    """A report with one error, and the sentences of which one should be flagged for it."""

    report: Written
    at: tuple[str, ...]


Plant = Callable[[Written, np.random.Generator], Planted | None]
"""Plants one error; None in a report that cannot carry it."""


def put(report: Written, sentence: str, rng: np.random.Generator) -> Planted:
    """Somewhere in the findings, or in the impression where there are none."""
    if not report.findings:
        return Planted(replace(report, impression=(*report.impression, sentence), text=""), (sentence,))
    at = int(rng.integers(len(report.findings) + 1))
    findings = (*report.findings[:at], sentence, *report.findings[at:])
    return Planted(replace(report, findings=findings, text=""), (sentence,))


def exchanged(report: Written, old: str, new: str) -> Planted:
    """With another sentence in the impression."""
    return Planted(
        replace(report, impression=tuple(new if s == old else s for s in report.impression), text=""), (new,)
    )


def sided(rng: np.random.Generator, templates: Sequence[str]) -> str:
    """One of the templates, on a side."""
    side = pick(rng, ("left", "right"))
    return pick(rng, templates).format(side=side, Side=side.capitalize())


def shuffled(things: Sequence[str], rng: np.random.Generator) -> list[str]:
    return [things[int(i)] for i in rng.permutation(len(things))]


def unsaid(report: Written, rng: np.random.Generator) -> str | None:
    """A grave finding of which the report says nothing but, maybe, that it is not there."""
    said = [s for s in report.all if not words.DENIES.search(s)]
    free = [name for name, stem in words.STEMS.items() if not any(re.search(stem, s, re.I) for s in said)]
    return pick(rng, free) if free else None


def names(sentence: str, finding: Finding) -> bool:
    return FINDINGS[finding.name].text in sentence.lower()
