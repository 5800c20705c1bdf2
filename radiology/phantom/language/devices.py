"""Sentences for tubes, lines and leads: where each ends, and whether it belongs there."""

from __future__ import annotations

import numpy as np

from radiology.phantom.language.changes import IN_SHORT, verbs_of
from radiology.phantom.language.nouns import is_plural, with_article
from radiology.phantom.language.phrases import phrase_of, pick, stated
from radiology.phantom.language.places import BROKEN, Placement, placement_of
from radiology.phantom.language.sites import position
from radiology.phantom.language.statement import Statement
from radiology.study import Change, Finding, Side

JUDGEMENT = {
    Placement.DEEP: (", too deep", ", which is too deep", " and should be withdrawn"),
    Placement.SHORT: (", too high", ", which is too high", " and should be advanced"),
    Placement.ASTRAY: (", misplaced", ", which is misplaced", " and should be replaced"),
    Placement.RIGHT: ("", ", in good position", ""),
}
"""What is added: to anything, and after a verb in the singular."""
_IN_PLACE = ("There {be} {a}.", "{a} {be} in place.", "{a} {be} seen.", "{phrase}.")


def device(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    """One sentence for a device that is there."""
    if finding.change not in (None, Change.NEW):
        return _changed(finding, rng, terse)
    if finding.name == "sternal_wires" and finding.position:
        return _wires(finding, rng)
    if finding.position and not terse and finding.change is None and rng.random() < 0.5:
        return _tip(finding, rng)
    phrase, frame = phrase_of(finding, rng), "{phrase}" if terse else pick(rng, _IN_PLACE).removesuffix(".")
    if finding.position:
        frame = frame.replace(" {be} in place", " {be} seen")
    text = frame.format(phrase=phrase, a=with_article(phrase, finding), be="are" if is_plural(finding) else "is")
    return stated(text + _judged(finding, rng, False, text.endswith(phrase)) + ".", phrase, finding)


def _changed(finding: Finding, rng: np.random.Generator, terse: bool) -> Statement:
    phrase = phrase_of(finding, rng)
    if terse and finding.change is not None:
        return stated(f"{phrase}, {pick(rng, IN_SHORT[finding.change])}.", phrase, finding)
    verb = pick(rng, verbs_of(finding))
    plural = is_plural(finding)
    verb = verb.format(has="have" if plural else "has", be="are" if plural else "is")
    return stated(f"The {phrase} {verb}.", phrase, finding)


def _wires(finding: Finding, rng: np.random.Generator) -> Statement:
    phrase = phrase_of(finding.model_copy(update={"position": None}), rng)
    state = finding.position if finding.position != BROKEN or rng.random() < 0.5 else f"partly {BROKEN}"
    return stated(f"{phrase} are {state}.", phrase, finding)


def _tip(finding: Finding, rng: np.random.Generator) -> Statement:
    """The tip is the subject: "The tip of the endotracheal tube is 4 cm above the carina."."""
    phrase = phrase_of(finding.model_copy(update={"position": None, "location": None}), rng)
    where = position(finding)
    if finding.name == "pacemaker":
        subject = f"The leads of the {phrase} are"
    elif finding.side is Side.BILATERAL or rng.random() < 0.5:
        subject = f"The {phrase} {'end' if is_plural(finding) else 'ends'}"
    else:
        subject = f"The tip of the {phrase} is"
    judged = _judged(finding, rng, verb=subject.endswith((" is", " ends")))
    return stated(f"{subject} {where}{judged}.", phrase, finding)


def _judged(finding: Finding, rng: np.random.Generator, verb: bool, last: bool = True) -> str:
    """A judgement of the position where nothing follows it: always when it is wrong, now and then when it is right."""
    placement = placement_of(finding.name, finding.position)
    if placement is None or not last:
        return ""
    return pick(rng, JUDGEMENT[placement] if verb else JUDGEMENT[placement][: 2 if placement is Placement.RIGHT else 1])
