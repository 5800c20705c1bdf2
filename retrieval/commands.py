"""`sightline cases ...`: build a base of similar cases, look into it, look after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.console import Model, prepare, progress_bar
from mllm.timeline_commands import Format
from radiology.errors import SightlineError
from retrieval.case_options import (
    Base,
    BaseOption,
    Finding,
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
from retrieval.search_commands import search_cases

if TYPE_CHECKING:
    from retrieval.cases.build import Summary
    from retrieval.embedders.protocol import ImageEmbedder

cases_command = typer.Typer(no_args_is_help=True, help="Build, search and look after a base of similar cases.")

NewBase = Annotated[Path | None, typer.Option("-o", "--output", help="Case base (default: in your data folder).")]
Embedder = Annotated[str, typer.Option(help="What embeds the films, such as `vision:FOLDER` (default: the model).")]

cases_command.command("search")(search_cases)


@cases_command.command("build")
def build(
    path: Annotated[Path, typer.Argument(help="A studies.jsonl, or a data set when --source names it.")],
    source: Annotated[str, typer.Option(help="What PATH is, one of `sightline data list`.")] = "jsonl",
    output: NewBase = None,
    model: Model = "mini",
    embedder: Embedder = "",
    index: Annotated[
        str, typer.Option(metavar="MILVUS", help="Keep the vectors on a server: https://HOST:PORT, or FILE.db.")
    ] = "",
    test: Annotated[
        bool, typer.Option("--test", help="Take the test split too; never evaluate on it with such a base.")
    ] = False,
) -> None:
    """Embed the cases of a data set; an interrupted build goes on where it stopped, a changed case is updated."""
    from radiology.datasets.table import SOURCES
    from retrieval.cases.build import WITHHELD, build_cases

    if source not in SOURCES:
        raise SightlineError(f"`--source {source}`: is not known, choose one of {', '.join(sorted(SOURCES))}.")
    folder = base_folder(output)
    dataset = SOURCES[source].load(path, folder / "sources" / source)
    eyes = embedder_for(embedder, model)
    with progress_bar("cases") as progress:
        summary = build_cases(
            dataset.cases, eyes, folder, progress, spec=embedder, withheld=() if test else WITHHELD, place=index
        )
    _say(folder, summary)


@cases_command.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(help="Films of one patient's studies, or one studies.jsonl.")],
    folder: BaseOption = None,
    report: Annotated[Path | None, typer.Option(help="A text file: the report of the study.")] = None,
    source: Annotated[str, typer.Option(help="Where the films come from.")] = "own",
    licence: Annotated[str, typer.Option(help="Under which licence they may be shown.")] = "own",
    model: Model = "mini",
) -> None:
    """Add studies to a base that is there; a study that it has is updated where it has changed."""
    from retrieval.cases.add import given_cases
    from retrieval.cases.base import store_file
    from retrieval.cases.build import build_cases
    from retrieval.store.store import CaseStore

    cases = given_cases(paths, report, source, licence)
    spec = CaseStore(store_file(base_folder(folder))).about.spec
    with progress_bar("cases") as progress:
        summary = build_cases(cases, embedder_for(spec, model), base_folder(folder), progress, spec=spec)
    _say(base_folder(folder), summary)


@cases_command.command("remove")
def remove(
    folder: BaseOption = None,
    study: Annotated[str, typer.Option(help="The id of a study.")] = "",
    patient: Annotated[str, typer.Option(help="All of this patient.")] = "",
    source: Annotated[str, typer.Option(help="All of this source.")] = "",
) -> None:
    """Take cases out, with their words, pictures and vectors; what is named by several options must fit all."""
    from retrieval.cases.remove import remove_cases

    wanted = filter_of(study=study, patient=patient, sources=[source] if source else None)
    typer.echo(f"{base_folder(folder)}: {remove_cases(base_folder(folder), wanted)} cases removed")


@cases_command.command("merge")
def merge(
    bases: Annotated[list[Path], typer.Argument(metavar="PART... BASE", help="Case bases; the last takes the others.")],
) -> None:
    """Put the cases of bases into another one, which may be new; nothing is embedded again."""
    from retrieval.cases.merge import merge_cases

    *parts, base = bases
    if not parts:
        raise SightlineError(f"`{base}`: is one base, name those to merge and after them the one that takes them.")
    for part in parts:
        with progress_bar(f"cases of {part.name}") as progress:
            summary = merge_cases(part, base, progress)
        typer.echo(f"from {part}: ", nl=False)
        _say(base, summary)


@cases_command.command("verify")
def verify(folder: Base = None) -> None:
    """Check every case and the index, and repair the index: exit 0 when all is well now, 1 when a case is damaged."""
    from retrieval.cases.verify import verify_cases

    verdict = verify_cases(base_folder(folder))
    for line in (*verdict.repaired, *verdict.problems):
        typer.echo(line)
    typer.echo(f"{base_folder(folder)}: {verdict.count} cases, {len(verdict.problems)} problems")
    if verdict.problems:
        raise typer.Exit(1)


@cases_command.command("info")
def info(folder: Base = None, format: Printed = Format.TEXT) -> None:  # noqa: A002
    """Print what a case base holds."""
    from retrieval.cases.info import info as describe

    about = describe(base_folder(folder))
    if format is Format.JSON:
        typer.echo(about.model_dump_json())
        return
    typer.echo(
        f"{about.folder}: {about.count} cases of {about.patients} patients, {about.indexed} indexed,"
        f" embedded by {about.embedder_id}"
    )
    for counts in (about.sources, about.views, about.splits):
        for name, count in counts.items():
            typer.echo(f"  {count:7d}  {name}")


@cases_command.command("export")
def export(  # noqa: PLR0913, PLR0917
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write into, or a file NAME.csv.")],
    folder: Base = None,
    patient: Patient = "",
    since: Since = "",
    until: Until = "",
    view: View = None,
    finding: Finding = "",
    side: Side = None,
    source: Source = None,
    not_source: NotSource = None,
    not_split: NotSplit = None,
) -> None:
    """Write cases as studies.jsonl with small pictures, or as a table; patients are hashes."""
    from retrieval.cases.export import export_cases

    wanted = filter_of(
        since,
        until,
        finding,
        patient=patient,
        views=view,
        side=side,
        sources=source,
        without_sources=not_source,
        without_splits=not_split,
    )
    typer.echo(f"{output}: {export_cases(base_folder(folder), output, wanted)} cases")


def embedder_for(spec: str, model: str) -> ImageEmbedder:
    """What `spec` opens, without one the model's own tower."""
    prepare(model, spec.partition(":")[2])
    if not spec:
        from retrieval.cases.eyes import Tower

        return Tower(perception_for(model))
    from retrieval.embedders.table import open_image_embedder

    return open_image_embedder(spec)


def _say(folder: Path, summary: Summary) -> None:
    told = (
        f"{summary.added} added",
        f"{summary.updated} updated",
        f"{summary.known} known before",
        f"{summary.duplicate} duplicates",
        f"{summary.withheld} withheld (test)",
        f"{summary.failed} unreadable",
    )
    typer.echo(f"{folder}: {summary.total} cases ({', '.join(text for text in told if not text.startswith('0 '))})")
