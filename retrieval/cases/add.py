"""Cases from what a person names: films of one patient with a report, or a list of studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from radiology.datasets.jsonl import read_cases
from radiology.errors import SightlineError
from radiology.imaging.clinical import read_text
from radiology.imaging.intake import read_studies
from radiology.reading.sections import read_sections
from radiology.study import Case


def given_cases(
    paths: Sequence[Path], report: Path | None = None, source: str = "own", licence: str = "own"
) -> list[Case]:
    """The cases of a `studies.jsonl` as it has them, or one for each study of the films, the earlier ones too.

    Raises SightlineError for what cannot be read, and for a report of several studies.
    """
    if len(paths) == 1 and paths[0].suffix == ".jsonl":
        if report is not None:
            raise SightlineError(f"`{report}`: is one study's and `{paths[0]}` is a list, name that study's films.")
        return read_cases(paths[0])
    studies = read_studies(paths)
    if report is not None and len(studies) != 1:
        raise SightlineError(f"`{report}`: is one study's report and there are {len(studies)}, name the films of one.")
    told = read_sections(read_text(report)) if report else None
    cases = [case for study in studies for case in (*study.priors, Case(study=study, report=told))]
    return [case.model_copy(update={"source": source, "licence": licence}) for case in cases]
