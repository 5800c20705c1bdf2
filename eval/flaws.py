"""What makes a data set unfit to evaluate on, found before anything is predicted."""

from __future__ import annotations

from collections import Counter

from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.study import Case


def refuse_flawed(data: Dataset, name: str) -> None:
    """Raises SightlineError for a study id that stands twice or a finding that has no name of ours."""
    ids = Counter(case.study.study_id for case in data.cases)
    twice = next((study for study, count in ids.items() if count > 1), None)
    if twice is not None:
        raise SightlineError(f"`{name}`: study {twice} stands twice, give each study an id of its own.")
    for case in data.cases:
        unknown = _unknown(case)
        if unknown is not None:
            raise SightlineError(
                f"`{name}`: study {case.study.study_id} has the finding {unknown}, use a name of radiology.findings."
            )


def _unknown(case: Case) -> str | None:
    return next((finding.name for finding in case.findings if finding.name not in FINDINGS), None)
