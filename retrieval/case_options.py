"""Options of the commands about cases: which base, and which of its cases. Imports nothing heavy."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mllm.console import prepare
from mllm.timeline_commands import Format
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from mllm.model.perception import Perception
    from retrieval.store.filter import Filter


class Sides(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Views(StrEnum):
    PA = "PA"
    AP = "AP"
    LATERAL = "LATERAL"
    UNKNOWN = "UNKNOWN"


Base = Annotated[Path | None, typer.Argument(metavar="BASE", help="Case base (default: in your data folder).")]
BaseOption = Annotated[Path | None, typer.Option("--cases", help="Case base (default: in your data folder).")]
Printed = Annotated[Format, typer.Option("--format", help="`json` prints one object a line and nothing else.")]
Patient = Annotated[str, typer.Option(help="Only this patient.")]
NotPatient = Annotated[str, typer.Option(help="Not this patient.")]
Since = Annotated[str, typer.Option(metavar="DATE", help="Only studies of this day and after, such as 2020-01-31.")]
Until = Annotated[str, typer.Option(metavar="DATE", help="Only studies of this day and before.")]
View = Annotated[list[Views] | None, typer.Option(help="Only films of this projection; may be given several times.")]
Finding = Annotated[str, typer.Option(help="Only cases with this finding present, such as pleural_effusion.")]
Side = Annotated[Sides | None, typer.Option(help="Only cases with a finding, or --finding, on this side or on both.")]
Source = Annotated[list[str] | None, typer.Option(help="Only cases of this source; may be given several times.")]
NotSource = Annotated[list[str] | None, typer.Option(help="No cases of this source.")]
NotSplit = Annotated[list[str] | None, typer.Option(help="No cases of this split: the one that is evaluated.")]


def base_folder(given: Path | None) -> Path:
    """The base that is named, else the installation's own."""
    from retrieval.folder import default_folder

    return given or default_folder()


def perception_for(model: str) -> Perception:
    """The heads of a model folder, else the bundled ones."""
    prepare(model)
    from mllm.model.heads import perception_of

    return perception_of(model)


def filter_of(since: str = "", until: str = "", finding: str = "", **others: Any) -> Filter:
    """The filter of these options. Raises SightlineError for what is no date and no finding."""
    from retrieval.store.filter import Filter

    return Filter(
        since=_date("--since", since),
        until=_date("--until", until),
        finding=_finding(finding),
        **{name: tuple(value) if isinstance(value, list) else value for name, value in others.items() if value},
    )


def _date(option: str, text: str) -> Any:
    from datetime import date as Date

    try:
        return Date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SightlineError(f"`{option} {text}`: is no date, write it as 2020-01-31.") from error


def _finding(text: str) -> str:
    from radiology.findings import FINDINGS

    name = "_".join(text.lower().split())
    if name and name not in FINDINGS:
        near = ", ".join(sorted(known for known in FINDINGS if known[:3] == name[:3])) or ", ".join(sorted(FINDINGS))
        raise SightlineError(f"`--finding {text}`: is no finding known here, choose one of {near}.")
    return name
