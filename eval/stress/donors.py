"""Whose film is shown instead: another patient's, with as many views and, where possible, other findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from eval.items import Look
from eval.stress.looks import generator
from mllm.prompts import Shown
from radiology.errors import SightlineError
from radiology.imaging.chosen import frontal_of, prior_with_film
from radiology.study import Case, Study

AT_ONCE = 400
"""Studies that are exchanged among each other."""
_SAME_PATIENT = 1000.0
_SAME_FINDINGS = 10.0


def donors(cases: Sequence[Case], seed: int) -> dict[str, Study]:
    """Study id -> the study whose films it gets: a permutation among studies with the same kinds of films.

    No study gets films of its own patient; one for which there are no others is left out.
    """
    found: dict[str, Study] = {}
    alike: dict[tuple[bool, ...], list[Case]] = {}
    for case in sorted(cases, key=lambda case: case.study.study_id):
        alike.setdefault(_kinds(case.study), []).append(case)
    for group in alike.values():
        rng = generator(seed, "donors")
        shuffled = [group[i] for i in rng.permutation(len(group))]
        for start in range(0, len(group), AT_ONCE):
            found |= _exchange(shuffled[start : start + AT_ONCE], rng)
    return found


def _kinds(study: Study) -> tuple[bool, ...]:
    """Which of frontal, lateral and prior frontal are shown of a study."""
    return frontal_of(study) is not None, study.view(False) is not None, prior_with_film(study) is not None


def _exchange(cases: Sequence[Case], rng: np.random.Generator) -> dict[str, Study]:
    patients = np.array([case.study.patient_id for case in cases])
    findings = [frozenset(f.name for f in case.present) for case in cases]
    alike = np.array([[mine == other for other in findings] for mine in findings])
    own = patients[:, None] == patients[None, :]
    _, chosen = linear_sum_assignment(own * _SAME_PATIENT + alike * _SAME_FINDINGS + rng.random(own.shape))
    return {
        case.study.study_id: cases[other].study
        for i, (case, other) in enumerate(zip(cases, chosen, strict=True))
        if not own[i, other]
    }


def look_at_donor(see: Look, donor: Mapping[str, Study]) -> Look:
    """The donor's films under the names of the study's own views; the study's text is its own."""

    def look(study: Study, size: int) -> tuple[Shown, ...]:
        if study.study_id not in donor:
            raise SightlineError(f"`{study.study_id}`: no other patient has such films, evaluate more studies.")
        names = {shown.frame.letter: shown.frame.view for shown in see(study, size)}
        return tuple(
            replace(shown, frame=replace(shown.frame, view=names[shown.frame.letter]))
            for shown in see(donor[study.study_id], size)
        )

    return look
