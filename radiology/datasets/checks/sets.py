"""What only shows between studies: ids used again, patients in two splits, questions about no study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radiology.datasets.checks.problem import Problem
from radiology.study import Case, Question

AGAIN = "study id used again"
TWO_SPLITS = "patient in several splits"
NO_STUDY = "question about an unknown study"


def repeated_ids(cases: Sequence[Case], questions: Sequence[Question]) -> Iterator[Problem]:
    seen: set[str] = set()
    for case in cases:
        if case.study.study_id in seen:
            yield Problem(AGAIN, f"study {case.study.study_id}")
        seen.add(case.study.study_id)


def split_patients(cases: Sequence[Case], questions: Sequence[Question]) -> Iterator[Problem]:
    splits: dict[str, set[str]] = {}
    for case in cases:
        splits.setdefault(case.study.patient_id, set()).add(case.split)
    for patient, found in splits.items():
        if len(found) > 1:
            yield Problem(TWO_SPLITS, f"patient {patient}: {', '.join(sorted(found))}")


def lost_questions(cases: Sequence[Case], questions: Sequence[Question]) -> Iterator[Problem]:
    known = {case.study.study_id for case in cases}
    for number, question in enumerate(questions, start=1):
        if question.study_id not in known:
            yield Problem(NO_STUDY, f"question {number}: study {question.study_id}")
