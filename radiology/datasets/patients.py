"""What concerns a patient's studies together: one split for all of them, and which came before which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from radiology.study import Case

if TYPE_CHECKING:
    from radiology.datasets.source import Item

OTHER_SPLIT = "study of a patient of another split"
_RANK = {"test": 3, "val": 2, "train": 1}


def one_split(items: Iterable[Item]) -> Iterator[Item]:
    """The items, without the studies of a patient who has others in a split that must stay unseen.

    Test outweighs val, val train, and train a study whose split is not stated; the lesser ones are left out.
    """
    kept = list(items)
    strongest: dict[str, int] = {}
    for case in (item[0] for item in kept if not isinstance(item, str)):
        patient = case.study.patient_id
        strongest[patient] = max(strongest.get(patient, 0), _RANK.get(case.split, 0))
    for item in kept:
        lesser = not isinstance(item, str) and _RANK.get(item[0].split, 0) < strongest[item[0].study.patient_id]
        yield OTHER_SPLIT if lesser else item


def with_priors(items: Iterable[Item], moment: Callable[[Case], Any]) -> Iterator[Item]:
    """The items, each case with the patient's nearest earlier study that has a frontal film as its prior.

    `moment` says when a study was, as anything that sorts, or None where that is not known.
    """
    kept = list(items)
    earlier = _predecessors([item[0] for item in kept if not isinstance(item, str)], moment)
    for item in kept:
        prior = None if isinstance(item, str) else earlier.get(item[0].study.study_id)
        if isinstance(item, str) or prior is None:
            yield item
        else:
            yield _with_prior(item[0], prior), item[1]


def _with_prior(case: Case, prior: Case) -> Case:
    return case.model_copy(update={"study": case.study.model_copy(update={"priors": (prior,)})})


def _predecessors(cases: Iterable[Case], moment: Callable[[Case], Any]) -> Mapping[str, Case]:
    """Study -> the one before it. Studies of one moment do not precede each other."""
    visits: dict[str, list[tuple[Any, Case]]] = {}
    for case in cases:
        when = moment(case)
        if when is not None:
            visits.setdefault(case.study.patient_id, []).append((when, case))
    found: dict[str, Case] = {}
    for dated in visits.values():
        dated.sort(key=lambda visit: visit[0])
        prior: Case | None = None
        for _, together in groupby(dated, key=lambda visit: visit[0]):
            same = [case for _, case in together]
            found |= {case.study.study_id: prior for case in same if prior is not None}
            prior = next((case for case in reversed(same) if case.study.view(True) is not None), prior)
    return found
