"""`sightline eval ...`: predict once, score many times, compare, stress, show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.console import Load, Loading, Model, Output, only_results_on_stdout, prepare
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from eval.compare import Difference
    from eval.selection import Taken

eval_command = typer.Typer(no_args_is_help=True, help="Predict, score and compare on benchmarks (docs/evaluation.md).")


class Split(StrEnum):
    ALL = "all"
    TRAIN = "train"
    VAL = "val"
    TEST = "test"


Name = Annotated[str, typer.Argument(metavar="BENCHMARK", help="One of `eval.benchmarks`, such as phantom or nih.")]
Data = Annotated[Path, typer.Option(help="The benchmark's file or folder.")]
Part = Annotated[Split, typer.Option(help="Part of the data to score.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Score a seeded sample of this size.")]
Batch = Annotated[int, typer.Option(min=1, help="How many items the model is given at once.")]
Judges = Annotated[
    list[str] | None,
    typer.Option("--judge", metavar="NAME=WHERE", help="A metric's own model: chexbert=FOLDER, green=URL ..."),
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an evaluation.")]


@eval_command.command("list")
def list_benchmarks() -> None:
    """Print every benchmark: its published split, what is asked, what is compared, its metrics."""
    from eval.benchmarks import BENCHMARKS

    for benchmark in BENCHMARKS.values():
        typer.echo(f"{benchmark.name}: {benchmark.title}")
        typer.echo(f"  published split: {benchmark.published}")
        typer.echo(f"  asked: {benchmark.asked.prompt}\n  compared with: {benchmark.asked.reference}")
        typer.echo(f"  metrics: {', '.join(line.name for line in benchmark.lines)}\n")


@eval_command.command("run")
def run(
    benchmark: Name,
    data: Data,
    output: Output,
    split: Part = Split.ALL,
    model: Model = "mini",
    load: Loading = None,
    limit: Limit = None,
    batch: Batch = 32,
    judge: Judges = None,
) -> None:
    """Write predictions.jsonl and scores.json of a model on a benchmark; print where."""
    from eval.judges.table import open_judges
    from eval.run import predict_benchmark
    from eval.score import score_folder

    judges = _judges(judge)
    prepare(model, *judges.values())
    with only_results_on_stdout():
        open_judges(judges)  # what cannot be opened is found before hours of predicting
        predict_benchmark(benchmark, data, output, model, _taken(split, limit), _precision(load), batch)
        scores = score_folder(output, judges)
    typer.echo(scores)


@eval_command.command("predict")
def predict(
    benchmark: Name,
    data: Data,
    output: Output,
    split: Part = Split.ALL,
    model: Model = "mini",
    load: Loading = None,
    limit: Limit = None,
    batch: Batch = 32,
) -> None:
    """Write the predictions of a model, to be scored later; an interrupted run goes on where it stopped."""
    from eval.run import predict_benchmark

    prepare(model)
    with only_results_on_stdout():
        folder = predict_benchmark(benchmark, data, output, model, _taken(split, limit), _precision(load), batch)
    typer.echo(folder)


@eval_command.command("items")
def items(
    benchmark: Name,
    data: Data,
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")],
    split: Part = Split.ALL,
    limit: Limit = None,
) -> None:
    """Write what has to be answered, for a model that runs elsewhere: id, task, question, choices, films."""
    from eval.errand import write_items

    typer.echo(f"{output}: {write_items(benchmark, data, output, _taken(split, limit))} items")


@eval_command.command("score")
def score(
    predictions: Annotated[Path, typer.Argument(help="Folder of an evaluation, or a JSON Lines file made elsewhere.")],
    judge: Judges = None,
    benchmark: Annotated[str | None, typer.Option(help="For a file: the benchmark it answers.")] = None,
    data: Annotated[Path | None, typer.Option(help="For a file: the benchmark's file or folder.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="For a file: folder to write into.")] = None,
    split: Part = Split.ALL,
    limit: Limit = None,
    name: Annotated[str, typer.Option(help="For a file: what its model is called.")] = "unnamed",
) -> None:
    """Score predictions without the model; a file made elsewhere needs --benchmark, --data and -o."""
    from eval.score import score_folder

    judges = _judges(judge)
    prepare(*judges.values())
    if predictions.is_dir() and (benchmark, data, output, split, limit) != (None, None, None, Split.ALL, None):
        raise SightlineError(f"`{predictions}`: a folder says itself what it holds, leave that option out.")
    with only_results_on_stdout():
        folder = predictions
        if not predictions.is_dir():
            from eval.outside import take_predictions

            if benchmark is None or data is None or output is None:
                raise SightlineError(f"`{predictions}`: is no folder; a file also needs --benchmark, --data and -o.")
            folder = take_predictions(predictions, benchmark, data, output, _taken(split, limit), name)
        scores = score_folder(folder, judges)
    typer.echo(scores)


@eval_command.command("compare")
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of an evaluation.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one of the same items.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines instead of a table.")] = False,
) -> None:
    """Print B minus A for each metric: paired bootstrap interval, and p by approximate randomisation."""
    from eval.compare import compare_folders

    differences = compare_folders(a, b)
    if not as_json:
        typer.echo(f"{'(v: lower is better)':36s} {'A':>8s} {'B':>8s}  B minus A (95 % interval)  p  n")
    for difference in differences:
        typer.echo(difference.model_dump_json() if as_json else _line(difference))


@eval_command.command("stress")
def stress(
    benchmark: Name,
    data: Data,
    output: Output,
    test: Annotated[list[str] | None, typer.Option(help="One test; may be given several times (default: all).")] = None,
    split: Part = Split.ALL,
    model: Model = "mini",
    load: Loading = None,
    limit: Limit = 100,
) -> None:
    """Does the model look? Blank, noisy, foreign, mirrored, corrupted and masked films, paraphrases, subgroups."""
    from eval.stress.folder import stress_benchmark

    prepare(model)
    with only_results_on_stdout():
        path = stress_benchmark(benchmark, data, output, model, _taken(split, limit), _precision(load), test or ())
    typer.echo(path)


@eval_command.command("report")
def report(
    folder: Folder,
    data: Annotated[Path | None, typer.Option(help="The benchmark's file or folder, to show its films.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="HTML file (default: DIR/report.html).")] = None,
    cases: Annotated[int, typer.Option(min=0, help="Show at most so many cases, wrong ones first.")] = 500,
) -> None:
    """Write one self-contained HTML page: scores, plots, stress tables, and each case with film, truth and answer."""
    from eval.report.page import write_page

    typer.echo(write_page(folder, data, output, cases))


@eval_command.command("signature")
def signature(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of an evaluation.")],
    b: Annotated[Path | None, typer.Argument(metavar="B", help="Another one to compare it with.")] = None,
) -> None:
    """Print what scores were measured on and how; of two, only where they differ (exit 1 if they do)."""
    from eval.folder import read_scores
    from eval.signature import differences

    own = read_scores(a).signature
    if b is None:
        typer.echo(own.model_dump_json(indent=2))
        return
    unlike = differences(own, read_scores(b).signature)
    for field, (left, right) in unlike.items():
        typer.echo(f"{field}: {left} | {right}")
    if unlike:
        raise typer.Exit(1)


def _taken(split: Split, limit: int | None) -> Taken:
    from eval.selection import Taken

    return Taken(split=split.value, limit=limit)


def _precision(load: Load | None) -> str | None:
    return load.value if load else None


def _judges(choices: list[str] | None) -> dict[str, str]:
    from eval.judges.table import parse_choice

    return dict(map(parse_choice, choices or []))


def _line(row: Difference) -> str:
    """Name, A, B, difference with interval, p."""
    name = row.name if row.higher_is_better else f"{row.name} v"
    if row.a is None or row.b is None or row.difference is None or row.low is None or row.high is None:
        return f"{name:36s} {'undefined':>8s}"
    p = "" if row.p is None else f"p={row.p:.3f}"
    return (
        f"{name:36s} {row.a:8.3f} {row.b:8.3f}  {row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f})"
        f"  {p}  n={row.n}"
    )
