"""Sentences for what has become of a finding since the prior study."""

from __future__ import annotations

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.nouns import SIZED, capital, is_plural
from radiology.phantom.language.phrases import phrase_of, pick, stated
from radiology.phantom.language.statement import Statement
from radiology.study import Change, Finding

_SIZE = {
    Change.WORSE: ("{has} increased", "{be} larger", "{has} increased since the prior study"),
    Change.BETTER: ("{has} decreased", "{be} smaller", "{has} decreased since the prior study"),
}
_GRADE = {
    Change.WORSE: ("{has} worsened", "{be} worse", "{has} worsened since the prior study"),
    Change.BETTER: ("{has} improved", "{be} better", "{has} improved since the prior study"),
}
_STABLE = ("{be} unchanged", "{be} stable", "{be} unchanged since the prior study")
RESOLVED = ("{has} resolved", "{be} no longer seen")
_REMOVED = ("{has} been removed", "{be} no longer seen")
IN_SHORT = {
    Change.WORSE: ("increased", "worse"),
    Change.BETTER: ("decreased", "better"),
    Change.STABLE: ("unchanged", "stable"),
}
"""What is added to a phrase: "small left pleural effusion, unchanged"."""


def verbs_of(finding: Finding) -> tuple[str, ...]:
    """What may be said of a finding with a change other than new."""
    if finding.change is Change.RESOLVED:
        return _REMOVED if FINDINGS[finding.name].device else RESOLVED
    table = _SIZE if finding.name in SIZED else _GRADE
    return _STABLE if finding.change in (None, Change.NEW, Change.STABLE) else table[finding.change]


def changed(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    """A sentence for a finding that is worse, better or stable."""
    phrase = phrase_of(finding, rng)
    if terse and finding.change is not None:
        return stated(f"{phrase}, {pick(rng, IN_SHORT[finding.change])}.", phrase, finding)
    return stated(f"The {phrase} {_agree(pick(rng, verbs_of(finding)), finding)}.", phrase, finding)


def resolved(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    """A sentence for a finding that has gone; it has no box."""
    gone = finding.model_copy(update={"severity": None, "size_mm": None, "count": None, "position": None})
    phrase = phrase_of(gone, rng)
    short = terse and not FINDINGS[finding.name].device
    text = f"Resolved {phrase}." if short else f"The {phrase} {_agree(pick(rng, verbs_of(gone)), gone)}."
    return Statement(text=capital(text), section="findings", findings=(gone,))


def _agree(verb: str, finding: Finding) -> str:
    plural = is_plural(finding)
    return verb.format(has="have" if plural else "has", be="are" if plural else "is")
