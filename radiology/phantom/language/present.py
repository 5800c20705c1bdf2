"""Sentences for what is there, surely or perhaps, with its change since the prior study."""

from __future__ import annotations

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.changes import IN_SHORT, changed
from radiology.phantom.language.devices import device
from radiology.phantom.language.nouns import ADVERB, is_plural, with_article
from radiology.phantom.language.phrases import phrase_of, pick, stated
from radiology.phantom.language.places import ANGLE
from radiology.phantom.language.statement import Statement
from radiology.study import Certainty, Change, Finding, Severity, Side

PREDICATES: dict[str, tuple[tuple[str, str], ...]] = {
    "cardiomegaly": (("heart", "enlarged"),),
    "enlarged_mediastinum": (("mediastinum", "widened"),),
    "hyperinflation": (("lungs", "hyperinflated"),),
    "elevated_hemidiaphragm": (("{side} hemidiaphragm", "elevated"),),
    "hilar_enlargement": (("{side} hilum", "enlarged"),),
    "mediastinal_shift": (("mediastinum", "shifted to the {side}"),),
    "silhouette_sign": (("{side} {location}", "obscured"),),
}
"""Finding -> organs and what is said of them: "The left hemidiaphragm is mildly elevated."."""
_SIDED = ("elevated_hemidiaphragm", "hilar_enlargement", "mediastinal_shift", "silhouette_sign")
SEEN = ("There {be} {a}.", "{a} {be} seen.", "{a} {be} present.", "{a} {be} noted.", "{phrase}.")
DOUBTED = (
    "Possible {phrase}.", "Probable {phrase}.", "{a} {be} possible.", "{a} {be} suspected.",
    "{a} cannot be excluded.",
)  # fmt: skip


def present(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    """One sentence for a finding that is present or uncertain; a `terse` one is its noun phrase where that will do."""
    if finding.certainty is Certainty.UNCERTAIN:
        return _doubted(finding, rng, terse)
    if FINDINGS[finding.name].device:
        return device(finding, rng, terse)
    if finding.change not in (None, Change.NEW):
        return changed(finding, rng, terse)
    special = None if terse else _special(finding, rng)
    return special or framed("{phrase}." if terse else pick(rng, SEEN), finding, rng)


def _special(finding: Finding, rng: np.random.Generator) -> Statement | None:
    """A sentence that only some findings can have, most of the time that they can."""
    if finding.change is None and _has_predicate(finding) and rng.random() < 0.5:
        return _predicate(finding, rng)
    if finding.size_mm and (finding.count or 1) == 1 and rng.random() < 0.3:
        return _measured(finding, rng)
    return None


def framed(frame: str, finding: Finding, rng: np.random.Generator) -> Statement:
    """`frame` filled with the finding's phrase, with or without its article, and the verb that agrees with it."""
    phrase = phrase_of(finding, rng)
    be, a = "are" if is_plural(finding) else "is", with_article(phrase, finding)
    has = "have" if is_plural(finding) else "has"
    return stated(frame.format(phrase=phrase, a=a, be=be, has=has), phrase, finding)


def _doubted(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    plain = finding.change is None and finding.count is None
    if finding.name == "cardiomegaly" and finding.severity is None and plain and not terse and rng.random() < 0.5:
        return stated("Heart size is borderline.", "heart", finding)
    if finding.location == ANGLE and finding.side and plain and finding.severity in (None, Severity.SMALL):
        side = "both costophrenic angles" if finding.side is Side.BILATERAL else f"the {finding.side} {ANGLE}"
        return stated(f"{'Mild b' if finding.severity else 'B'}lunting of {side}.", side, finding)
    several = (finding.count or 0) > 1
    frame = pick(rng, DOUBTED[2:] if several else DOUBTED[:2] if terse else DOUBTED)
    if finding.change in IN_SHORT:
        frame = frame.removesuffix(".") + f", {pick(rng, IN_SHORT[finding.change])}."
    return framed(frame, finding, rng)


def _has_predicate(finding: Finding) -> bool:
    if finding.name == "silhouette_sign" and finding.location is None:
        return False
    return finding.name in PREDICATES and (finding.name not in _SIDED or finding.side in (Side.LEFT, Side.RIGHT))


def _predicate(finding: Finding, rng: np.random.Generator) -> Statement:
    options = PREDICATES[finding.name]
    organ, state = (
        text.format(side=finding.side, location=finding.location) for text in options[int(rng.integers(len(options)))]
    )
    verb = "are" if organ == "lungs" else "is"
    return stated(f"The {organ} {verb} {ADVERB[finding.severity]}{state}.", organ, finding)


def _measured(finding: Finding, rng: np.random.Generator) -> Statement:
    phrase = phrase_of(finding.model_copy(update={"size_mm": None}), rng)
    text = f"{with_article(phrase, finding)} measures {finding.size_mm:.0f} mm."
    return stated(text, phrase, finding)
