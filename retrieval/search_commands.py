"""`sightline cases search` and `sightline search`: find cases by a film, by words, or by both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.console import Model, only_results_on_stdout, prepare
from mllm.timeline_commands import Format
from radiology.errors import SightlineError
from retrieval.case_options import (
    BaseOption,
    Finding,
    NotPatient,
    NotSource,
    NotSplit,
    Patient,
    Printed,
    Side,
    Since,
    Source,
    Until,
    View,
    base_folder,
    filter_of,
    perception_for,
)

if TYPE_CHECKING:
    from mllm.draft.retriever import SimilarCase
    from retrieval.store.filter import Filter

Many = Annotated[int, typer.Option("-k", min=1, help="Number of cases.")]


def search_cases(  # noqa: PLR0913, PLR0917
    path: Annotated[Path | None, typer.Argument(help="A film: DICOM, PNG or JPEG.")] = None,
    text: Annotated[str, typer.Option(help="What the cases should say, alone or beside a film.")] = "",
    folder: BaseOption = None,
    k: Many = 5,
    model: Model = "mini",
    format: Printed = Format.TEXT,  # noqa: A002
    patient: Patient = "",
    not_patient: NotPatient = "",
    since: Since = "",
    until: Until = "",
    view: View = None,
    finding: Finding = "",
    side: Side = None,
    source: Source = None,
    not_source: NotSource = None,
    not_split: NotSplit = None,
) -> None:
    """Print the cases most like a film, like some words, or both, best first."""
    others = {"patient": patient, "without_patient": not_patient, "without_sources": not_source}
    wanted = filter_of(since, until, finding, views=view, side=side, sources=source, without_splits=not_split, **others)
    _search(path, text, base_folder(folder), k, model, wanted, format)


def search(  # noqa: PLR0913, PLR0917
    text: Annotated[str, typer.Argument(help="What the cases should say, in words.")],
    folder: BaseOption = None,
    k: Many = 5,
    model: Model = "mini",
    format: Printed = Format.TEXT,  # noqa: A002
    since: Since = "",
    until: Until = "",
    view: View = None,
    finding: Finding = "",
    side: Side = None,
    source: Source = None,
    not_split: NotSplit = None,
) -> None:
    """Find films by words: the cases whose reports and films fit them best."""
    wanted = filter_of(since, until, finding, views=view, side=side, sources=source, without_splits=not_split)
    _search(None, text, base_folder(folder), k, model, wanted, format)


def _search(path: Path | None, text: str, folder: Path, k: int, model: str, wanted: Filter, shown: Format) -> None:
    if path is None and not text.strip():
        raise SightlineError("`search`: has nothing to look for, name a film or give --text.")
    prepare(model)
    from retrieval.cases.search import Found, search_film, search_words

    with only_results_on_stdout():
        if path is None:
            found: Sequence[SimilarCase] = search_words(folder, text, k, "" if model == "mini" else model, wanted)
        else:
            found = search_film(folder, path, perception_for(model), k, text, wanted)
    for each in map(Found.of, found):
        typer.echo(each.model_dump_json() if shown is Format.JSON else each.line)
