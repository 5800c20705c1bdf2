"""One film in several places: across splits is worse than across patients, and that worse than within one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from radiology.datasets.checks.films import Film, Films
from radiology.datasets.checks.problem import Problem
from radiology.datasets.duplicates import near_groups
from radiology.study import Case

SPLITS, PATIENTS, PATIENT = "in two splits", "of two patients", "twice of one patient"
SAME, ALIKE = "same image", "nearly the same image"


@dataclass(frozen=True, slots=True)
class _Place:
    study: str
    patient: str
    split: str
    view: str
    film: Film


def copy_problems(cases: Sequence[Case], films: Films) -> Iterator[Problem]:
    """Copies by the byte, then films that look alike, one problem for each place but the first."""
    exact: dict[str, list[_Place]] = {}
    for place in _places(cases, films):
        exact.setdefault(place.film.content, []).append(place)
    for group in exact.values():
        yield from _problems(SAME, group)
    firsts = [group[0] for group in exact.values()]
    for members in near_groups([place.film.thumbnail for place in firsts]):
        yield from _problems(ALIKE, [firsts[i] for i in members])


def _places(cases: Sequence[Case], films: Films) -> Iterator[_Place]:
    """Every view of every study that can be read; those of priors are there as studies of their own."""
    for case in cases:
        for view in case.study.views:
            film = films[view.path]
            if isinstance(film, Film):
                yield _Place(case.study.study_id, case.study.patient_id, case.split, view.id, film)


def _problems(what: str, group: Sequence[_Place]) -> Iterator[Problem]:
    """Each place after the first, by how it stands to those before it."""
    splits, patients = {group[0].split}, {group[0].patient}
    for place in group[1:]:
        splits.add(place.split)
        patients.add(place.patient)
        relation = SPLITS if len(splits) > 1 else PATIENTS if len(patients) > 1 else PATIENT
        yield Problem(
            f"{what} {relation}", f"study {place.study}, view {place.view}: as study {group[0].study}, {group[0].view}"
        )
