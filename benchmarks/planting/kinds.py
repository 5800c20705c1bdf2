"""Errors of one sentence, and how each gets into a report.

What is planted, and where, is chosen by plain words and a phantom's truth, never by the checks or what they read with.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from benchmarks.planting import words
from benchmarks.planting.planted import Planted, exchanged, names, put
from benchmarks.planting.written import Written
from radiology.checks.check import Reference
from radiology.findings import FINDINGS
from radiology.phantom.language.phrases import pick
from radiology.study import Certainty, Change, Finding, Projection, Side

ENDINGS = ("is unchanged", "has increased", "has improved", "is stable since the prior study", "has resolved")


def comparison(report: Written, rng: np.random.Generator) -> Planted | None:
    return None if report.study.priors else put(report, pick(rng, words.COMPARISONS), rng)


def box(report: Written, rng: np.random.Generator) -> Planted | None:
    """The boxes of one finding with a side, mirrored: not of a device, nor of what crosses the midline."""
    told = [
        f for f in report.truth if _on_one_side(f) and any(names(s, f) and str(f.side) in s.lower() for s in report.all)
    ]
    if not told:
        return None
    chosen = told[int(rng.integers(len(told)))]
    boxes = tuple(b.model_copy(update={"x0": 1 - b.x1, "x1": 1 - b.x0}) for b in chosen.boxes)
    truth = tuple(f.model_copy(update={"boxes": boxes}) if f is chosen else f for f in report.truth)
    return Planted(replace(report, truth=truth, text=""), tuple(s for s in report.all if names(s, chosen)))


def _on_one_side(finding: Finding) -> bool:
    frontal = [b for b in finding.boxes if b.view == "frontal"]
    apart = bool(frontal) and not any(b.x0 < 0.5 < b.x1 for b in frontal)
    return apart and finding.side in (Side.LEFT, Side.RIGHT) and not FINDINGS[finding.name].device


def negation(report: Written, rng: np.random.Generator) -> Planted | None:
    a, b = words.NEGATED[int(rng.integers(len(words.NEGATED)))]
    return put(report, pick(rng, words.NEGATIONS).format(a=a, b=b, A=a.capitalize()), rng)


def device(report: Written, rng: np.random.Generator) -> Planted | None:
    """A device that the report does not speak of; nobody has evidence for its sentence."""
    text = " ".join(report.all)
    free = [told for stem, told in words.DEVICES.items() if not re.search(rf"\b(?:{stem})", text, re.I)]
    if not free:
        return None
    planted = put(report, pick(rng, free[int(rng.integers(len(free)))]), rng)
    return Planted(replace(planted.report, unseen=frozenset(planted.at)), planted.at)


def copied(report: Written, rng: np.random.Generator) -> Planted | None:
    """A long sentence of a reference, half of the time with one word left out: of Open-i from the reference's own
    words, of a phantom, whose reports are all formulas, one of ours."""
    long = [s for each in report.references for s in re.split(r"(?<=\.)\s*(?=[A-Z])", each.text) if _worth_copying(s)]
    if report.truth:
        long = [pick(rng, words.LONG)]
        source = Reference(origin="case planted", text=f"The heart is normal. {long[0]} No effusion.")
        report = replace(report, references=(*report.references, source))
    if not long:
        return None
    parts = pick(rng, long).split()
    if rng.random() < 0.5:
        del parts[int(rng.integers(1, len(parts) - 1))]
    return put(report, " ".join(parts), rng)


def _worth_copying(sentence: str) -> bool:
    found = words.ABNORMAL.search(sentence) is not None
    return found and len(sentence.split()) >= 15 and not words.DENIES.search(sentence)


def identifier(report: Written, rng: np.random.Generator) -> Planted | None:
    text = pick(rng, words.IDENTIFIERS).format(
        name=pick(rng, words.NAMES),
        first=pick(rng, words.FIRST),
        day=rng.integers(13, 29),
        number=rng.integers(1_000_000, 9_999_999),
        last=rng.integers(1000, 9999),
    )
    return put(report, text, rng)


def change(report: Written, rng: np.random.Generator) -> Planted | None:
    """What the prior of a phantom lacks is called unchanged, worse or better; what it has is called new."""
    if not report.study.priors or not report.truth:
        return None
    then = {f.name: f for f in report.study.priors[-1].findings}
    had = [f for f in report.truth if f.change is Change.STABLE and f.side and then[f.name].side == f.side]
    if had and rng.random() < 0.5:
        chosen = had[int(rng.integers(len(had)))]
        return put(_without(report, chosen), f"There is a new {FINDINGS[chosen.name].text} on the {chosen.side}.", rng)
    text = " ".join(report.all).lower()
    never = [f.name for f in report.truth if _never_there(f, then) and FINDINGS[f.name].text not in text]
    return put(report, f"The {FINDINGS[pick(rng, never)].text} {pick(rng, ENDINGS)}.", rng) if never else None


def _never_there(finding: Finding, then: dict[str, Finding]) -> bool:
    both = (finding, then.get(finding.name, finding))
    return all(f.certainty is Certainty.ABSENT and f.change is None for f in both) and not FINDINGS[finding.name].device


def _without(report: Written, finding: Finding) -> Written:
    kept = (tuple(s for s in part if not names(s, finding)) for part in (report.findings, report.impression))
    findings, impression = kept
    return replace(report, findings=findings, impression=impression)


def view(report: Written, rng: np.random.Generator) -> Planted | None:
    taken = {each.projection for each in report.study.views}
    lacks = bool(taken) and not taken & {Projection.LATERAL, Projection.UNKNOWN}
    return put(report, pick(rng, words.LATERALS), rng) if lacks else None


def measure(report: Written, rng: np.random.Generator) -> Planted | None:
    """An impossible size, or in the impression another one than in the findings."""
    for sentence in report.impression:
        size = re.search(r"\b(\d+) mm\b", sentence)
        if size and any(size[0] in s for s in report.findings) and rng.random() < 0.5:
            return exchanged(report, sentence, sentence.replace(size[0], f"{int(size[1]) * 2} mm"))
    return put(report, pick(rng, words.MEASURES), rng)


def sex(report: Written, rng: np.random.Generator) -> Planted | None:
    return put(report, pick(rng, words.SEXED[report.study.sex]), rng) if report.study.sex else None
