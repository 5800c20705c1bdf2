"""`sightline data ...`: which data sets there are, convert them, check them, name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.console import Output, progress_bar
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from radiology.datasets.checks.problem import Problem
    from radiology.datasets.source import Source

data_command = typer.Typer(no_args_is_help=True, help="Look after data sets (docs/data.md).")


class Split(StrEnum):
    ALL = "all"
    TRAIN = "train"
    VAL = "val"
    TEST = "test"
    CUSTOM = "custom"


Workers = Annotated[int | None, typer.Option(min=1, help="Processes to work with (default: one a processor).")]
File = Annotated[Path, typer.Argument(help="A studies.jsonl.")]


@data_command.command("list")
def list_sources() -> None:
    """Print every source: title, licence, layout, what of it was read for real, where to get it."""
    from radiology.datasets.table import SOURCES

    for source in SOURCES.values():
        typer.echo(f"{source.name}: {source.title}")
        typer.echo(f"  licence: {source.licence}")
        typer.echo(f"  layout: {source.layout}")
        typer.echo(f"  run on the real files: {source.tried or 'not yet'}")
        typer.echo(f"  get it: {source.obtain}")
        if source.citation:
            typer.echo(f"  cite: {source.citation}")
        typer.echo()


@data_command.command("convert")
def convert_source(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="One of `sightline data list`.")],
    path: Annotated[Path, typer.Argument(help="The data set: a folder or file as `sightline data list` says.")],
    output: Output,
    split: Annotated[Split, typer.Option(help="Only studies of this split.")] = Split.ALL,
    limit: Annotated[int | None, typer.Option(min=1, help="A seeded sample of at most so many studies.")] = None,
    size: Annotated[
        int | None,
        typer.Option(min=32, help="Also write each film into DIR, as grey PNG of at most so many pixels a side."),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="For `mapped`: what the columns of PATH hold, or a file."),
    ] = None,
    workers: Workers = None,
) -> None:
    """Write studies.jsonl, questions.jsonl and skipped.csv; what was interrupted goes on when started again."""
    from radiology.datasets.conversion import Conversion, state_of
    from radiology.datasets.convert import convert

    source, path, words = _source(name, path, mapping or [])
    wanted = Conversion(
        source=source.name,
        licence=source.licence,
        path=_place(path),
        state=state_of(path),
        mapping=words,
        split=split.value,
        limit=limit,
        size=size,
    )
    with progress_bar(f"converting {name}") as progress:
        made = convert(source, path, output, wanted, workers, progress)
    for reason, count in made.reasons().items():
        typer.echo(f"{count:7d}  skipped: {reason}")
    typer.echo(f"{made.studies}: {made.cases} studies, {made.questions} questions (licence: {source.licence})")


@data_command.command("check")
def check_file(
    file: File,
    reread: Annotated[bool, typer.Option("--reread", help="Also read each report and compare the findings.")] = False,
    examples: Annotated[int, typer.Option(min=0, help="Places to print of each kind of problem.")] = 3,
    workers: Workers = None,
) -> None:
    """Count the problems of a data set by kind, with examples: exit 0 clean, 1 problems, 2 unreadable."""
    from radiology.datasets.check import find_problems

    with ExitStack() as bars:
        problems = find_problems(file, reread, workers, lambda stage: bars.enter_context(progress_bar(stage)))
    for line in _by_kind(problems, examples):
        typer.echo(line)
    typer.echo(f"{file}: {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@data_command.command("fingerprint")
def print_fingerprint(file: File) -> None:
    """Print the hashes by which a set of studies is known: of its truth and of its pixels."""
    from radiology.datasets.fingerprint import fingerprint
    from radiology.datasets.jsonl import read_cases

    cases = read_cases(file)
    if not cases:
        raise SightlineError(f"`{file}`: holds no study, name another file.")
    typer.echo(fingerprint(cases).model_dump_json())


def _source(name: str, path: Path, words: list[str]) -> tuple[Source, Path, str]:
    """The source, where its data is, and its mapping if it has one. Raises SightlineError for an unknown one."""
    from radiology.datasets.table import SOURCES

    if name not in SOURCES:
        raise SightlineError(f"`{name}`: is no data set known here, choose one of {', '.join(SOURCES)}.")
    if name != "mapped" and words:
        raise SightlineError(f"`--map {words[0]}`: {name} needs no mapping, leave it out or convert `mapped`.")
    if name != "mapped":
        return SOURCES[name], path, ""
    from radiology.datasets.mapped import mapped_source, named_table
    from radiology.datasets.mapping import mapping_of, read_mapping

    if words:
        files = [word for word in words if "=" not in word]
        base = read_mapping(Path(files[0])) if files else None
        mapping = mapping_of([word for word in words if "=" in word], base)
    else:
        mapping, path = named_table(path)
    return mapped_source(mapping), path, mapping.model_dump_json(exclude_defaults=True)


def _place(path: Path) -> str:
    """Where the data is, for the record; a set on the hub is no path."""
    return str(path.absolute()) if path.exists() else str(path)


def _by_kind(problems: Iterable[Problem], examples: int) -> Iterator[str]:
    """A line for each kind, the most frequent first, and below it the first places."""
    kinds: dict[str, list[str]] = {}
    for problem in problems:
        kinds.setdefault(problem.kind, []).append(problem.where)
    for kind, places in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"{len(places):7d}  {kind}"
        yield from (f"         {place}" for place in places[:examples])
