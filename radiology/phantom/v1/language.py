"""Report sentences from findings: a grammar of our own, with many phrasings and pertinent negatives.

Only what is given is said: a finding that is not in the list is not mentioned, and a comparison is made only for
a finding that carries a change. `radiology.reading` gives back every finding that is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.language.statement import Statement
from radiology.study import Certainty, Change, Finding, Severity, Side

GRADED = ("cardiomegaly", "edema", "atelectasis")
"""Findings whose severity is a grade (mild) and not a size (small)."""
GRADE = {Severity.SMALL: "mild", Severity.MODERATE: "moderate", Severity.LARGE: "severe"}
ADVERB = {Severity.SMALL: "mildly ", Severity.MODERATE: "moderately ", Severity.LARGE: "severely ", None: ""}
CHANGED = {
    Change.WORSE: ("has increased since the prior study", "is larger than on the prior study", "has worsened"),
    Change.BETTER: ("has decreased since the prior study", "is smaller than on the prior study", "has improved"),
    Change.STABLE: ("is unchanged since the prior study", "is stable", "is similar to the prior study"),
    Change.RESOLVED: ("has resolved", "is no longer seen"),
}
NORMAL = ("No acute cardiopulmonary abnormality.", "Normal chest.", "No acute abnormality.")


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _article(phrase: str) -> str:
    return "an" if phrase[0] in "aeiou" or phrase.startswith(("18 ", "8 ")) else "a"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _name(finding: Finding) -> str:
    """The bare words: "left pleural effusion", "bilateral pleural effusions"."""
    term = FINDINGS[finding.name]
    words = term.text
    if finding.side is Side.BILATERAL and finding.name == "pleural_effusion":
        words += "s"
    return f"{finding.side} {words}" if finding.side else words


def phrase_of(finding: Finding, rng: np.random.Generator | None = None) -> str:
    """A noun phrase without article: "small left pleural effusion", "14 mm nodule in the right upper zone"."""
    rng = rng or np.random.default_rng(0)
    new = "new " if finding.change is Change.NEW else ""
    degree = ""
    if finding.severity:
        degree = (GRADE[finding.severity] if finding.name in GRADED else str(finding.severity)) + " "
    if finding.size_mm:
        degree = f"{finding.size_mm:.0f} mm "
    if finding.location and finding.side is Side.BILATERAL:
        return f"{new}{degree}bilateral {finding.location} {FINDINGS[finding.name].text}"
    if finding.location and finding.side:
        if rng.random() < 0.5:
            return f"{new}{degree}{finding.side} {finding.location} {FINDINGS[finding.name].text}"
        return f"{new}{degree}{FINDINGS[finding.name].text} in the {finding.side} {finding.location}"
    tip = f" with its tip in the {finding.position}" if finding.position else ""
    if finding.side and finding.side is not Side.BILATERAL and rng.random() < 0.3:
        return f"{new}{degree}{FINDINGS[finding.name].text} on the {finding.side}{tip}"
    return f"{new}{degree}{_name(finding)}{tip}"


def _agree(text: str) -> str:
    """The verb after "effusions" in the plural."""
    return text.replace("effusions has", "effusions have").replace("effusions is", "effusions are")


def _mass_noun(finding: Finding) -> bool:
    return (
        finding.name
        in (
            "cardiomegaly",
            "edema",
            "consolidation",
            "atelectasis",
            "pneumonia",
            "emphysema",
            "fibrosis",
            "pleural_thickening",
        )
        or finding.side is Side.BILATERAL
    )


def _statement(text: str, phrase: str, finding: Finding, section: Literal["findings", "impression"]) -> Statement:
    start = text.lower().index(phrase.lower())
    return Statement(text=text, section=section, findings=(finding,), phrase=(start, start + len(phrase)))


def _present(finding: Finding, rng: np.random.Generator) -> Statement:
    if finding.name == "cardiomegaly" and finding.change is None and rng.random() < 0.5:
        phrase = _pick(rng, ("heart", "cardiac silhouette"))
        text = f"The {phrase} is {ADVERB[finding.severity]}enlarged."
        return _statement(text, phrase, finding, "findings")
    phrase = phrase_of(finding, rng)
    subject = phrase if _mass_noun(finding) else f"{_article(phrase)} {phrase}"
    if finding.change in CHANGED:
        text = _agree(f"The {phrase} {_pick(rng, CHANGED[finding.change])}.")
    else:
        verb = "are" if phrase.endswith("effusions") else "is"
        frames = (f"There {verb} {subject}.", f"{subject} {verb} seen.", f"{phrase}.", f"{subject} {verb} present.")
        text = _pick(rng, frames)
    return _statement(_capital(text), phrase, finding, "findings")


def _resolved(finding: Finding, rng: np.random.Generator) -> Statement:
    text = _agree(f"The {_name(finding)} {_pick(rng, CHANGED[Change.RESOLVED])}.")
    return Statement(text=text, section="findings", findings=(finding,))


def _absent(findings: Sequence[Finding], rng: np.random.Generator) -> Statement:
    """One or two absent findings in one sentence."""
    if len(findings) == 1 and findings[0].name == "cardiomegaly":
        text = _pick(rng, ("The heart is normal in size.", "Heart size is normal.", "No cardiomegaly."))
    elif len(findings) == 1 and findings[0].name == "consolidation":
        text = _pick(rng, ("No focal consolidation.", "There is no consolidation.", "No consolidation is seen."))
    else:
        names = [FINDINGS[f.name].text for f in findings]
        listed = " or ".join(names)
        text = _pick(
            rng, (f"No {listed}.", f"There is no {listed}.", f"No {listed} is seen.", f"No evidence of {listed}.")
        )
    return Statement(text=text, section="findings", findings=tuple(findings))


def _negatives(findings: Sequence[Finding], rng: np.random.Generator) -> list[Statement]:
    """Single negatives, and pairs of them when their sentence can hold two."""
    statements, rest = [], list(findings)
    while rest:
        alone = rest[0].name in ("cardiomegaly", "consolidation") or rng.random() < 0.5
        taken = rest[:1] if alone or len(rest) == 1 or rest[1].name in ("cardiomegaly", "consolidation") else rest[:2]
        statements.append(_absent(taken, rng))
        rest = rest[len(taken) :]
    return statements


def _impression(present: Sequence[Finding], absent: Sequence[Finding], rng: np.random.Generator) -> list[Statement]:
    resolved = [f for f in absent if f.change is Change.RESOLVED]
    if not present and not resolved:
        return [Statement(text=_pick(rng, NORMAL), section="impression")]
    statements = []
    for finding in present:
        phrase = phrase_of(finding, rng)
        text = f"{phrase}."
        if finding.change in CHANGED:
            text = f"{phrase}, {finding.change}."
        statements.append(_statement(_capital(text), phrase, finding, "impression"))
    for finding in resolved:
        text = _capital(f"resolved {_name(finding)}.")
        statements.append(Statement(text=text, section="impression", findings=(finding,)))
    return statements


def write_statements(
    findings: Sequence[Finding], rng: np.random.Generator, negatives: float = 0.45
) -> tuple[Statement, ...]:
    """Every present or resolved finding and a share `negatives` of the absent ones, then the impression."""
    present = [f for f in findings if f.certainty is Certainty.PRESENT]
    absent = [f for f in findings if f.certainty is Certainty.ABSENT]
    resolved = [f for f in absent if f.change is Change.RESOLVED]
    silent = [f for f in absent if f.change is None and rng.random() < negatives]
    body = [_present(f, rng) for f in present] + [_resolved(f, rng) for f in resolved] + _negatives(silent, rng)
    return (*body, *_impression(present, absent, rng))
