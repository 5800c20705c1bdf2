"""The `sightline` command: reads arguments, calls the packages, prints. Heavy imports wait until they are needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.commands import eval_command
from mllm.audit_commands import Audit, LogFile, User, audit_command, auditor_for, log_edits
from mllm.console import Load, Loading, Model, Output, only_results_on_stdout, prepare, progress_bar
from mllm.data_commands import data_command
from mllm.export_commands import export
from mllm.study_options import Comparison, Indication, Note, Prior, Technique, completed
from mllm.timeline_commands import timeline
from radiology.errors import SightlineError
from radiology.imaging.deid.options import Markers
from retrieval.commands import cases_command
from retrieval.knowledge_commands import knowledge_command
from retrieval.search_commands import search

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.draft.assistant import Assistant
    from mllm.draft.conversation import Conversation
    from mllm.model.perception import Perception
    from radiology.study import Draft, Projection, Study

command = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Drafts radiology reports whose every sentence shows its evidence. Drafts, not for diagnosis.",
)
command.add_typer(cases_command, name="cases")
command.add_typer(eval_command, name="eval")
command.add_typer(data_command, name="data")
command.add_typer(audit_command, name="audit")
command.add_typer(knowledge_command, name="knowledge")
command.command()(export)
command.command()(timeline)
command.command()(search)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Style(StrEnum):
    GROUNDED = "grounded"
    PLAIN = "plain"
    STRUCTURED = "structured"
    LAY = "lay"


Paths = Annotated[list[Path], typer.Argument(help="DICOM, PNG or JPEG files, a folder, or one studies.jsonl.")]
Force = Annotated[bool, typer.Option("--force", help="Go on when this is not a chest film; the draft is flagged.")]
Cases = Annotated[Path | None, typer.Option(help="Case base to draw similar cases from.")]
Port = Annotated[int | None, typer.Option(help="Port of the page (default: the first free one from 7860).")]


@command.command()
def report(
    paths: Paths,
    format: Annotated[Format, typer.Option(help="`json` prints one draft a line and nothing else.")] = Format.TEXT,  # noqa: A002
    model: Model = "mini",
    load: Loading = None,
    force: Force = False,
    cases: Cases = None,
    style: Annotated[
        Style,
        typer.Option(help="`plain`: without boxes. `structured`: under anatomy headings. `lay`: for the patient."),
    ] = Style.GROUNDED,
    prior: Prior = None,
    indication: Indication = "",
    technique: Technique = "",
    comparison: Comparison = "",
    note: Note = None,
    audit: Audit = False,
    log: LogFile = None,
    user: User = None,
) -> None:
    """Draft the report of a study; of a studies.jsonl, one draft for each study."""
    auditor = auditor_for(audit, log, user)
    studies = completed(_studies(paths, force), prior, indication, technique, comparison, note, force)
    from mllm.doctor import device

    render = _renderer(format, style)
    with only_results_on_stdout():
        assistant = _assistant(model, load, cases)
    refused = 0
    for study in studies:
        try:
            with only_results_on_stdout():
                draft = assistant.draft(study, grounded=style is not Style.PLAIN, force=force)
        except SightlineError as error:
            refused += 1
            typer.echo(error, err=True)
        else:
            if auditor:
                auditor.drafted(draft)
            typer.echo(render(draft))
            typer.echo(f"{draft.study_id}: drafted by {draft.model.id} on {device()}", err=True)
    if refused:
        raise typer.Exit(2)


@command.command()
def ask(
    paths: Paths,
    question: Annotated[list[str], typer.Option("-q", "--question", help="A question; may be given several times.")],
    model: Model = "mini",
    load: Loading = None,
    force: Force = False,
    cases: Cases = None,
) -> None:
    """Answer questions about a study, one line each."""
    conversation = _conversation(paths, model, load, cases, force)
    for text in question:
        _say(conversation, text)


@command.command()
def chat(
    paths: Paths,
    model: Model = "mini",
    load: Loading = None,
    force: Force = False,
    cases: Cases = None,
    audit: Audit = False,
    log: LogFile = None,
    user: User = None,
) -> None:
    """Talk about a study: a question or an edit of its draft a line, an empty line or Ctrl-D ends."""
    auditor = auditor_for(audit, log, user)
    conversation = _conversation(paths, model, load, cases, force)
    if auditor:
        log_edits(conversation, auditor)
    while text := _next_line():
        _say(conversation, text)


@command.command()
def phantom(
    output: Output,
    n: Annotated[int, typer.Option("-n", min=1, help="Number of studies, each of another patient.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first; the same seed gives the same images.")] = 0,
    size: Annotated[int, typer.Option(min=32, max=4096, help="Width and height in pixels.")] = 224,
    views: Annotated[str, typer.Option(help="Projections, comma separated: PA, AP, LATERAL.")] = "PA",
    patients: Annotated[int | None, typer.Option(min=1, help="Number of patients, instead of -n.")] = None,
    visits: Annotated[str, typer.Option(help="Visits of a patient: a number or a range such as 1-3.")] = "1",
    dicom: Annotated[bool, typer.Option("--dicom", help="Write DICOM files instead of PNG.")] = False,
    phantom_version: Annotated[
        str, typer.Option(help="1: nine findings, as the bundled model learnt. 2: thirty-three, real-looking.")
    ] = "1",
) -> None:
    """Make synthetic chest films with exact truth: images, studies.jsonl, questions.jsonl."""
    from radiology.phantom.cohort import Cohort, write_cohort

    between, projections = _visits(visits), _projections(views)
    total = patients or n
    with progress_bar("phantoms") as progress:
        studies = write_cohort(
            output,
            Cohort(total, seed=seed, size=size, projections=projections, visits=between, version=phantom_version),
            dicom=dicom,
            progress=lambda done: progress(done, total * between[1]),
        )
    typer.echo(studies)


@command.command()
def deid(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="DICOM, PNG or JPEG file, folder, studies.jsonl.")],
    output: Output,
    key: Annotated[Path | None, typer.Option(help="Secret key file (default: this installation's own).")] = None,
    markers: Annotated[Markers, typer.Option(help="Single letters, such as side markers.")] = Markers.KEEP,
) -> None:
    """Write films and reports without identity; print what was removed, in counts."""
    from radiology.imaging.deid.place import check_key
    from radiology.imaging.deid.run import REPORT, deidentify
    from radiology.imaging.deid.secret import default_key_file, open_secret

    check_key(key or default_key_file(), output)
    with progress_bar("files") as progress:
        outcome = deidentify(source, output, open_secret(key), markers, progress)
    for line in outcome.tally.lines():
        typer.echo(line)
    typer.echo(f"{output / REPORT}: {outcome.tally.files['written']} files written")
    for line in outcome.refused:
        typer.echo(line, err=True)
    if outcome.refused:
        raise typer.Exit(2)


@command.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="STUDY", help="Files or folder of one study.")],
    report_file: Annotated[Path, typer.Option("--report", help="A text file: anybody's report of the study.")],
    format: Annotated[Format, typer.Option(help="`json` prints the result alone.")] = Format.TEXT,  # noqa: A002
    model: Model = "mini",
    force: Force = False,
    cases: Cases = None,
    audit: Audit = False,
    log: LogFile = None,
    user: User = None,
) -> None:
    """Weigh a report that somebody else wrote: evidence, flags and checks for each of its sentences."""
    auditor = auditor_for(audit, log, user)
    from radiology.imaging.clinical import read_text

    study, text = _one_study(paths, force), read_text(report_file)
    from mllm.draft.opening import open_calibration
    from mllm.draft.review import review
    from radiology.export.json import to_json
    from radiology.export.text import to_text
    from retrieval.context.opening import open_cases
    from retrieval.knowledge.base import KnowledgeBase

    with only_results_on_stdout():
        perception = _perception(model)
        retriever = open_cases(cases, perception) if cases else None
        calibration = open_calibration(model)
        reviewed = review(study, text, perception, retriever, calibration, report_file.name, force, KnowledgeBase())
    if auditor:
        auditor.checked(reviewed)
    typer.echo(to_json(reviewed) if format is Format.JSON else to_text(reviewed))


@command.command()
def label(
    reports: Annotated[Path, typer.Argument(help="JSON Lines with `id` and `text`, or a folder of Open-i XML files.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="CSV file to write.")],
) -> None:
    """Read reports into the NIH and CheXpert labels: 1, 0, -1 (uncertain) or empty."""
    from radiology.reading.labelling import label_reports

    typer.echo(f"{output}: {label_reports(reports, output)} reports")


@command.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def train(
    context: typer.Context,
    stage: Annotated[str, typer.Argument(help="Stage of `train`: encoder, align or sft.")],
    config: Annotated[Path, typer.Argument(help="The YAML file of the stage.")],
) -> None:
    """Run one training stage; what follows CONFIG goes to the stage."""
    import importlib.util

    name = f"train.{stage}"
    known = stage.isidentifier() and importlib.util.find_spec(name) is not None
    main_of_stage = getattr(importlib.import_module(name), "main", None) if known else None
    if main_of_stage is None:
        raise SightlineError(f"`{stage}`: is no training stage, see the files of `train`.")
    main_of_stage([str(config), *context.args])


@command.command()
def doctor() -> None:
    """Print versions, device, models, cases and optional programs found here."""
    from mllm.doctor import describe
    from retrieval.cases.info import info
    from retrieval.folder import default_folder

    for name, value in describe().items():
        typer.echo(f"{name:24s}{value}")
    try:
        about = info(default_folder())
    except SightlineError:
        typer.echo(f"{'cases':24s}none in {default_folder()}")
    else:
        typer.echo(f"{'cases':24s}{about.count} in {about.folder}")


@command.command()
def demo(
    serve: Annotated[bool, typer.Option(help="Serve the page after the draft.")] = True,
    port: Port = None,
) -> None:
    """Draft an example, make a base of example cases, then serve the page."""
    from radiology.export.text import to_text
    from retrieval.demo import demo_cases, demo_studies

    with progress_bar("examples") as progress:
        examples = demo_studies(progress)
    assistant = _assistant("mini", None, None)
    typer.echo(to_text(assistant.draft(examples[0])))
    with progress_bar("example cases") as progress:
        assistant.retriever = demo_cases(assistant.perception, progress)
    if serve:
        _serve(assistant, examples, port)


@command.command("app")
def serve_app(
    model: Model = "mini",
    load: Loading = None,
    cases: Cases = None,
    port: Port = None,
    audit: Audit = False,
    log: LogFile = None,
    user: User = None,
) -> None:
    """Serve the page to this machine only."""
    auditor = auditor_for(audit, log, user)
    _serve(_assistant(model, load, cases), (), port, auditor)


def main() -> None:
    """Run the command line; a user's mistake is one sentence on stderr and exit status 2."""
    _be_quiet()
    try:
        command(prog_name="sightline")
    except SightlineError as error:
        typer.echo(error, err=True)
        sys.exit(2)


def _be_quiet() -> None:
    """Nothing is reported home, and libraries keep their notes to themselves; python -W shows warnings again."""
    import logging
    import warnings

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    logging.basicConfig(level=logging.ERROR)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _renderer(format: Format, style: Style) -> Callable[[Draft], str]:  # noqa: A002
    """What puts a draft on stdout: JSON is the draft itself in any style."""
    from radiology.export.json import to_json
    from radiology.export.text import to_text
    from radiology.writing.lay.summary import to_lay_text
    from radiology.writing.structured import to_structured_text

    if format is Format.JSON:
        return to_json
    return {Style.STRUCTURED: to_structured_text, Style.LAY: to_lay_text}.get(style, to_text)


def _studies(paths: list[Path], force: bool) -> list[Study]:
    from radiology.imaging.intake import read_studies

    return read_studies(paths, force=force)


def _perception(model: str) -> Perception:
    """The heads of a model folder, else the bundled ones."""
    prepare(model)
    from mllm.model.heads import perception_of

    return perception_of(model)


def _assistant(model: str, load: Load | None, cases: Path | None) -> Assistant:
    prepare(model)
    from mllm.draft.opening import open_assistant
    from retrieval.context.opening import open_cases
    from retrieval.knowledge.base import KnowledgeBase

    perception = _perception(model)
    retriever = open_cases(cases, perception) if cases else None
    return open_assistant(model, load and load.value, retriever, perception, KnowledgeBase())


def _serve(assistant: Assistant, examples: Sequence[Study], port: int | None, auditor: Auditor | None = None) -> None:
    from app import serve

    serve(assistant, examples, port=port, auditor=auditor)


def _conversation(paths: list[Path], model: str, load: Load | None, cases: Path | None, force: bool) -> Conversation:
    study = _one_study(paths, force)
    with only_results_on_stdout():
        assistant = _assistant(model, load, cases)
        conversation = assistant.converse(study, force=force)
    conversation.drafting = lambda: assistant.draft(study, force=force)
    return conversation


def _one_study(paths: list[Path], force: bool) -> Study:
    studies = _studies(paths, force)
    if len(studies) != 1:
        raise SightlineError(f"`{paths[0]}`: holds {len(studies)} studies, name the files of one.")
    return studies[0]


def _say(conversation: Conversation, text: str) -> None:
    """Print an answer as it is generated."""
    for piece in conversation.ask(text):
        typer.echo(piece.text, nl=False)
    typer.echo()


def _next_line() -> str:
    """A line from stdin without its ends, empty at the end of the input."""
    if sys.stdin.isatty():
        typer.echo("> ", nl=False, err=True)
    return sys.stdin.readline().strip()


def _projections(views: str) -> tuple[Projection, ...]:
    from radiology.study import Projection

    known = {projection.value: projection for projection in Projection if projection is not Projection.UNKNOWN}
    names = [name.strip().upper() for name in views.split(",")]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SightlineError(f"`--views {views}`: {unknown[0] or 'nothing'} is no projection, use {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(names))


def _visits(text: str) -> tuple[int, int]:
    """`2` -> (2, 2), `1-3` -> (1, 3)."""
    first, _, last = text.partition("-")
    try:
        low, high = int(first), int(last or first)
    except ValueError:
        low, high = 0, 0
    if not 1 <= low <= high:
        raise SightlineError(f"`--visits {text}`: is no number of visits, write 2 or a range such as 1-3.")
    return low, high


if __name__ == "__main__":
    main()
