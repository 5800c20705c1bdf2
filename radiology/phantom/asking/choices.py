"""Questions with four options of which one is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from radiology.findings import FINDINGS
from radiology.phantom.asking.wording import choice, place, subject, tip
from radiology.phantom.language.places import ALL_LOBES, LOCATIONS, POSITIONS, ZONES, fits
from radiology.study import Finding, Question, Side

ONE_SIDE = (Side.LEFT, Side.RIGHT)
NONE = "none of these"
_OPTIONS = 4


def choice_questions(
    study_id: str, present: Sequence[Finding], absent: Sequence[Finding], rng: np.random.Generator
) -> Iterator[Question]:
    """Which finding is there, then where one of them is and where one of the devices ends."""
    if len(absent) >= _OPTIONS - 1:
        yield _which(study_id, present, absent, rng)
    placed = [f for f in present if f.location in LOCATIONS.get(f.name, ()) and f.side in ONE_SIDE]
    ended = [f for f in present if f.position in POSITIONS.get(f.name, {}) and f.name != "sternal_wires"]
    if placed:
        yield _where(study_id, placed[int(rng.integers(len(placed)))], rng)
    if ended:
        yield _end(study_id, ended[int(rng.integers(len(ended)))], rng)


def _which(study_id: str, present: Sequence[Finding], absent: Sequence[Finding], rng: np.random.Generator) -> Question:
    """Three findings and none of these; with nothing present, and one time in four otherwise, none is right."""
    right = present[int(rng.integers(len(present)))] if present and rng.random() < 0.75 else None
    wrong = rng.choice(len(absent), _OPTIONS - 1 if right is None else _OPTIONS - 2, replace=False)
    options = [FINDINGS[absent[i].name].text for i in wrong]
    answer = NONE if right is None else FINDINGS[right.name].text
    shown = options if right is None else _shuffled([*options, answer], rng)
    return choice(study_id, "Which of these is present?", [*shown, NONE], answer)


def _where(study_id: str, finding: Finding, rng: np.random.Generator) -> Question:
    """The wrong places are of the same kind, on either side: a lower lobe is never offered beside a lower zone."""
    kind = next((kind for kind in (ALL_LOBES, ZONES) if finding.location in kind), None)
    locations = [x for x in LOCATIONS[finding.name] if (x in kind if kind else x not in (*ALL_LOBES, *ZONES))]
    others = [
        finding.model_copy(update={"location": location, "side": side})
        for location in locations
        for side in ONE_SIDE
        if fits(location, side)
    ]
    return _one_of(study_id, f"Where {subject(finding)}?", place(finding), [place(o) for o in others], rng)


def _end(study_id: str, finding: Finding, rng: np.random.Generator) -> Question:
    others = [tip(finding.model_copy(update={"position": other})) for other in POSITIONS[finding.name]]
    text = f"Where does the {FINDINGS[finding.name].text} end?"
    return _one_of(study_id, text, tip(finding), others, rng)


def _one_of(study_id: str, text: str, answer: str, others: Sequence[str], rng: np.random.Generator) -> Question:
    """The answer among three others, or as many as there are."""
    wrong = [other for other in dict.fromkeys(others) if other != answer]
    taken = [wrong[i] for i in rng.permutation(len(wrong))[: _OPTIONS - 1]]
    return choice(study_id, text, _shuffled([*taken, answer], rng), answer)


def _shuffled(options: Sequence[str], rng: np.random.Generator) -> list[str]:
    return [options[i] for i in rng.permutation(len(options))]
