"""`sightline timeline`: what became of each finding from the oldest prior to the study."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.console import Model, only_results_on_stdout, prepare
from mllm.study_options import Prior, completed
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from radiology.study import Case


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def timeline(
    paths: Annotated[list[Path], typer.Argument(help="DICOM, PNG or JPEG files, a folder, or one studies.jsonl.")],
    prior: Prior = None,
    report: Annotated[Path | None, typer.Option(help="A text file: the report of the study itself.")] = None,
    format: Annotated[Format, typer.Option(help="`json` prints one timeline a line and nothing else.")] = Format.TEXT,  # noqa: A002
    plot: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Also draw it into this file.")] = None,
    model: Model = "mini",
    force: Annotated[bool, typer.Option("--force", help="Take films that their header calls no chest film.")] = False,
) -> None:
    """Print how each finding went over the priors: new, worse, stable, better, resolved, or why that cannot be told.

    Films of several dates are one course; a studies.jsonl gives one timeline for the latest study of each patient.
    """
    cases = _cases(paths, prior, report, force)
    if plot is not None and len(cases) != 1:
        raise SightlineError(f"`--plot {plot}`: {len(cases)} timelines do not fit one file, name the films of one.")
    prepare(model)
    with only_results_on_stdout():
        from mllm.draft.timeline.heads import draw_timeline
        from mllm.model.heads import perception_of
        from radiology.timeline.plot import write_plot
        from radiology.timeline.text import to_text

        perception = perception_of(model)
    refused = 0
    for case in cases:
        try:
            drawn = draw_timeline(case, perception)
        except SightlineError as error:
            refused += 1
            typer.echo(error, err=True)
            continue
        if plot is not None:
            write_plot(drawn, plot)
        typer.echo(drawn.model_dump_json() if format is Format.JSON else to_text(drawn))
    if refused:
        raise typer.Exit(2)


def _cases(paths: list[Path], prior: list[str] | None, report: Path | None, force: bool) -> list[Case]:
    """The latest studies, with what is known of them: a studies.jsonl tells it, else `report` may."""
    from radiology.datasets.jsonl import read_cases
    from radiology.imaging.clinical import read_text
    from radiology.imaging.intake import read_studies
    from radiology.reading.sections import read_sections
    from radiology.study import Case

    studies = read_studies(paths, force)
    known = read_cases(paths[0]) if paths[0].suffix == ".jsonl" else [Case(study=study) for study in studies]
    cases = _latest(known)
    if prior:
        studies = completed([case.study for case in cases], prior, force=force)
        cases = [case.model_copy(update={"study": study}) for case, study in zip(cases, studies, strict=True)]
    if report is None:
        return cases
    if len(cases) != 1:
        raise SightlineError(f"`{report}`: is one report and {len(cases)} studies were given, name the files of one.")
    return [cases[0].model_copy(update={"report": read_sections(read_text(report)), "findings": ()})]


def _latest(cases: Sequence[Case]) -> list[Case]:
    """Those that are no prior of another one."""
    earlier = {prior.study.study_id for case in cases for prior in case.study.priors}
    return [case for case in cases if case.study.study_id not in earlier]
