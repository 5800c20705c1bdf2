"""Errors between sentences: an impression that moves, invents or leaves out, and findings that say both."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from benchmarks.planting import words
from benchmarks.planting.planted import Planted, exchanged, put, shuffled, sided, unsaid
from benchmarks.planting.written import Written
from radiology.phantom.language.phrases import pick


def flipped(report: Written, rng: np.random.Generator) -> Planted | None:
    """An impression sentence with its side exchanged, where the findings have the same word on that side only."""
    for sentence in shuffled(report.impression, rng):
        sides, nouns = words.SIDES.findall(sentence), {noun.lower() for noun in words.NOUN.findall(sentence)}
        if len(sides) != 1 or len(nouns) != 1 or words.DENIES.search(sentence) or words.BOTH.search(sentence):
            continue
        noun = nouns.pop()
        same = [s for s in report.findings if noun in s.lower() and not words.DENIES.search(s)]
        told = {side.lower() for s in same for side in words.SIDES.findall(s)}
        if told == {sides[0].lower()} and not any(words.BOTH.search(s) for s in same):
            return exchanged(report, sentence, words.SIDES.sub(lambda match: words.SWAP[match[0]], sentence))
    return None


def invented(report: Written, rng: np.random.Generator) -> Planted | None:
    """A finding in the impression that the findings do not have; it replaces what the impression says is normal."""
    name = unsaid(report, rng)
    if name is None or len(report.findings) < 3:
        return None
    planted = sided(rng, words.GRAVE[name])
    kept = tuple(s for s in report.impression if not words.DENIES.search(s))
    return Planted(replace(report, impression=(*kept, planted), text=""), (planted,))


def left_out(report: Written, rng: np.random.Generator) -> Planted | None:
    """A grave finding in the findings, of which the impression says nothing: that all is normal, or something else."""
    name = unsaid(report, rng)
    if name is None or not report.impression or not report.findings:
        return None
    planted = put(report, sided(rng, words.GRAVE[name]), rng)
    return Planted(planted.report, (*planted.at, *report.impression))


def contradicted(report: Written, rng: np.random.Generator) -> Planted | None:
    """Beside the denial of a finding its presence, or beside its presence a denial."""
    for name in shuffled(list(words.GRAVE), rng):
        said = [s for s in report.findings if re.search(rf"\b{name}\b", s, re.I) and not words.DOUBTS.search(s)]
        denied = [s for s in said if re.match(r"(?:there (?:is|are) )?no\b", s, re.I) and not words.QUALIFIES.search(s)]
        there = [s for s in said if not words.DENIES.search(s)]
        if bool(denied) == bool(there):
            continue
        sentence = sided(rng, words.GRAVE[name]) if denied else pick(rng, words.DENIALS[name])
        return Planted(put(report, sentence, rng).report, (sentence, *denied, *there))
    return None
