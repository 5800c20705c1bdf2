"""What a film shows and what a text says of it, as sets of facts: a text fits every film that shows all it says.

So a report fits the films with the same findings on the same sides, and a short query every film that it is true of;
both are drawn here from the truth of phantoms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from radiology.findings import FINDINGS, PHANTOM_FINDINGS
from radiology.study import Case, Certainty, Finding, Severity, Side
from radiology.writing.phrases import phrase_of
from retrieval.zeroshot.descriptors import DESCRIPTORS

Facts = frozenset[str]
"""Such as "nodule", "nodule left", "nodule only left", "nodule small", "no edema", "normal"."""
NORMAL = (
    "normal chest film", "normal chest radiograph", "normal study", "unremarkable chest", "no abnormality",
    "no acute cardiopulmonary abnormality", "no abnormal finding",
)  # fmt: skip
GRADES = {
    Severity.SMALL: ("small", "mild", "slight", "minimal"),
    Severity.MODERATE: ("moderate", "medium-sized"),
    Severity.LARGE: ("large", "severe", "marked", "extensive"),
}
SIDES: dict[Side | None, tuple[Side, ...]] = {
    None: (),
    Side.LEFT: (Side.LEFT,),
    Side.RIGHT: (Side.RIGHT,),
    Side.BILATERAL: (Side.LEFT, Side.RIGHT),
}
_HERE = ("{}", "there is {}", "film with {}", "chest film showing {}")
_NOT_HERE = ("no {}", "there is no {}", "film without {}", "no evidence of {}")
_USES = Counter(word for name in PHANTOM_FINDINGS for word in (FINDINGS[name].text, *FINDINGS[name].synonyms))


@dataclass(frozen=True)
class Claim:
    """A text and the facts it states."""

    text: str
    facts: Facts


def facts_of(findings: Sequence[Finding]) -> Facts:
    """All that is known of a film with these findings; of what is uncertain or not listed nothing is known."""
    told = {fact for finding in findings for fact in _facts(finding)}
    if not any(_makes_abnormal(finding) for finding in findings):
        told.add("normal")
    return frozenset(told)


def _facts(finding: Finding) -> Iterable[str]:
    name = finding.name
    if finding.certainty is Certainty.ABSENT:
        yield f"no {name}"
    elif finding.certainty is Certainty.PRESENT:
        yield from (name, f"{name} only {finding.side}")
        yield from (f"{name} {side}" for side in SIDES[finding.side])
        if finding.severity:
            yield f"{name} {finding.severity}"


def _makes_abnormal(finding: Finding) -> bool:
    term = FINDINGS[finding.name]
    return finding.certainty is not Certainty.ABSENT and term.abnormal and not term.device


def report_claim(case: Case) -> Claim | None:
    """A case's report, which fits films with the same findings on the same sides, of any severity; None without one."""
    if case.report is None:
        return None
    text = f"{case.report.findings}\n\n{case.report.impression}".strip()
    return Claim(
        text, frozenset(fact for fact in facts_of(case.findings) if fact.startswith("no ") or " only " in fact)
    )


def draw_query(findings: Sequence[Finding], rng: np.random.Generator) -> Claim:
    """A few words that are true of a film with these findings: one or two of them, what is absent, or "normal"."""
    here = [finding for finding in findings if finding.certainty is Certainty.PRESENT]
    absent = [finding for finding in findings if finding.certainty is Certainty.ABSENT]
    chance = rng.random()
    if "normal" in facts_of(findings) and chance < 0.25:
        return Claim(str(rng.choice(NORMAL)), frozenset({"normal"}))
    if here and (chance < 0.75 or not absent):
        claims = [_present(here[i], rng) for i in rng.permutation(len(here))[: 2 if chance < 0.35 else 1]]
        return Claim(" and ".join(claim.text for claim in claims), frozenset[str]().union(*(c.facts for c in claims)))
    if absent:
        return _absent(absent[rng.integers(len(absent))].name, rng)
    return Claim("", frozenset())


def _present(finding: Finding, rng: np.random.Generator) -> Claim:
    """The finding by one of its names, or by one of its descriptors; with its side and severity or without."""
    name = finding.name
    if rng.random() < 0.3 and name in DESCRIPTORS:
        return Claim(_worded(_HERE, str(rng.choice(DESCRIPTORS[name])), rng), frozenset({name}))
    side = finding.side if rng.random() < 0.7 else None
    severity = finding.severity if rng.random() < 0.4 else None
    told = Finding(name=name, side=side, severity=severity)
    plain = rng.random() < 0.5
    phrase = phrase_of(told) if plain else _by_synonym(told, rng)
    kept = {name, *(f"{name} {one}" for one in SIDES[side]), *([f"{name} {severity}"] if severity else [])}
    return Claim(_worded(_HERE, phrase, rng), frozenset(kept))


def _by_synonym(finding: Finding, rng: np.random.Generator) -> str:
    grade = str(rng.choice(GRADES[finding.severity])) if finding.severity else ""
    noun, side = _name(finding.name, rng), str(finding.side or "")
    if side and rng.random() < 0.4:
        return f"{grade} {noun} on {'both sides' if finding.side is Side.BILATERAL else f'the {side}'}".strip()
    return " ".join(filter(None, (grade, side, noun)))


def _absent(name: str, rng: np.random.Generator) -> Claim:
    said = str(rng.choice(DESCRIPTORS[name])) if rng.random() < 0.4 and name in DESCRIPTORS else _name(name, rng)
    return Claim(_worded(_NOT_HERE, said, rng), frozenset({f"no {name}"}))


def _name(name: str, rng: np.random.Generator) -> str:
    """One of its names that no other finding shares; "no atelectatic change" would say that there is some as before."""
    own = [word for word in (FINDINGS[name].text, *FINDINGS[name].synonyms) if _USES[word] < 2 and "change" not in word]
    return str(rng.choice(own)) if rng.random() < 0.5 else FINDINGS[name].text


def _worded(templates: Sequence[str], phrase: str, rng: np.random.Generator) -> str:
    return str(rng.choice(templates)).format(phrase)


def fits(claims: Sequence[Facts], films: Sequence[Facts]) -> Tensor:
    """[T, B] 1 where film b shows all that text t says, else 0."""
    columns = {fact: i for i, fact in enumerate(sorted(frozenset[str]().union(*claims)))}
    said, lacking = torch.zeros(len(claims), len(columns)), torch.ones(len(films), len(columns))
    for row, facts in enumerate(claims):
        said[row, [columns[fact] for fact in facts]] = 1
    for row, facts in enumerate(films):
        lacking[row, [columns[fact] for fact in facts & columns.keys()]] = 0
    return (said @ lacking.T == 0).float()
