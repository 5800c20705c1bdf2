"""Findings to the sentences of a report. Only what is given is said: what is not listed is not mentioned.

`radiology.reading` gives back every finding of every statement: name, certainty, side, place, severity, size, count,
position and change.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiology.phantom.language.changes import resolved
from radiology.phantom.language.impression import conclude
from radiology.phantom.language.negatives import choose, clear_lungs, deny, lungs_are_clear
from radiology.phantom.language.nouns import with_article
from radiology.phantom.language.phrases import phrase_of, stated
from radiology.phantom.language.present import present
from radiology.phantom.language.statement import Statement
from radiology.phantom.language.styles import Style, draw_style, in_order, under_headings
from radiology.study import Certainty, Change, Finding, Severity, Side

_ASIDE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


def write_statements(
    findings: Sequence[Finding], rng: np.random.Generator, negatives: float = 0.45, style: Style | None = None
) -> tuple[Statement, ...]:
    """Every finding that is present, uncertain or resolved, some of the absent ones, then the impression.

    negatives: the share of the common absent findings that are denied. style: drawn where it is None.
    """
    style = style or draw_style(rng)
    if style is Style.BRIEF:
        return tuple(conclude(findings, rng, whole=True))
    terse = style is not Style.PROSE
    body = [*_there(findings, rng, terse), *_gone(findings, rng, terse), *_not_there(findings, rng, negatives, style)]
    laid = under_headings(body) if style is Style.STRUCTURED else in_order(body)
    return (*laid, *conclude(findings, rng, whole=False))


def _there(findings: Sequence[Finding], rng: np.random.Generator, terse: bool) -> list[Statement]:
    told = [finding for finding in findings if finding.certainty is not Certainty.ABSENT]
    tension = _tension(told)
    if tension is None:
        return [present(finding, rng, terse) for finding in told]
    rest = [finding for finding in told if finding not in tension]
    return [_under_tension(*tension, rng, terse), *(present(finding, rng, terse) for finding in rest)]


def _gone(findings: Sequence[Finding], rng: np.random.Generator, terse: bool) -> list[Statement]:
    return [resolved(finding, rng, terse) for finding in findings if finding.change is Change.RESOLVED]


def _not_there(findings: Sequence[Finding], rng: np.random.Generator, share: float, style: Style) -> list[Statement]:
    plain = style is Style.STRUCTURED
    absent = [f for f in findings if f.certainty is Certainty.ABSENT and f.change is None]
    chosen = choose(absent, rng, share)
    if lungs_are_clear(findings) and rng.random() < share:
        chosen = [f for f in chosen if f.name not in ("consolidation", "opacity", "infiltration")]
        return [clear_lungs(rng), *deny(chosen, rng, plain)]
    return deny(chosen, rng, plain)


def _tension(told: Sequence[Finding]) -> tuple[Finding, Finding] | None:
    """A large pneumothorax and the shift away from it, both certain, neither with a change or a place."""
    plain = [f for f in told if f.certainty is Certainty.PRESENT and f.change is None and f.location is None]
    large = next((f for f in plain if f.name == "pneumothorax" and f.severity is Severity.LARGE), None)
    shift = next((f for f in plain if f.name == "mediastinal_shift"), None)
    if large is None or shift is None or large.side not in _ASIDE or shift.side is not _ASIDE[large.side]:
        return None
    return large, shift


def _under_tension(large: Finding, shift: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    phrase = f"large {large.side} tension pneumothorax"
    subject = phrase if terse else f"There is {with_article(phrase, large)}"
    statement = stated(f"{subject} with {phrase_of(shift, rng)}.", phrase, large)
    return statement.model_copy(update={"findings": (large, shift)})
