"""Every check of a data set: of one case, and of all cases and questions together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from radiology.datasets.checks import sets, studies, texts
from radiology.datasets.checks.problem import Problem
from radiology.study import Case, Question

CASE_CHECKS: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    studies.missing_views,
    studies.repeated_views,
    studies.unknown_names,
    studies.lost_boxes,
    studies.absent_boxes,
    studies.contradictions,
    studies.foreign_priors,
    studies.late_priors,
    studies.own_priors,
    studies.unknown_origin,
    studies.empty_reports,
    texts.named_in_case,
)

SET_CHECKS: tuple[Callable[[Sequence[Case], Sequence[Question]], Iterator[Problem]], ...] = (
    sets.repeated_ids,
    sets.split_patients,
    sets.lost_questions,
    texts.named_in_questions,
    texts.named_in_priors,
)
