"""`sightline export`: a draft that was printed as JSON into the format another system takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mllm.audit_commands import Audit, LogFile, User, auditor_for
from radiology.errors import SightlineError

if TYPE_CHECKING:
    from radiology.study import Draft, Study

_LONGEST = 100_000_000
"""Bytes of a file of drafts; one of them has about 10,000."""


class Target(StrEnum):
    """The names of `radiology.export.table`."""

    SR = "sr"
    GSPS = "gsps"
    FHIR_R4B = "fhir-r4b"
    FHIR_R5 = "fhir-r5"
    PDF = "pdf"
    JSON = "json"
    JSON_SCHEMA = "json-schema"
    TEXT = "text"


def export(
    draft_file: Annotated[Path, typer.Argument(metavar="DRAFT.json", help="What `report --format json` printed.")],
    to: Annotated[Target, typer.Option(help="Format (docs/exports.md).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    study: Annotated[
        list[Path] | None,
        typer.Option(
            help="Films of the draft: a file or a folder, may be given several times; sr and gsps need DICOM."
        ),
    ] = None,
    audit: Audit = False,
    log: LogFile = None,
    user: User = None,
) -> None:
    """Write a draft as DICOM SR, presentation state, FHIR, PDF, JSON or text."""
    from radiology.datasets.whole_file import refuse_overwriting, whole_file
    from radiology.export.table import export as export_draft

    auditor = auditor_for(audit, log, user)
    drafts = list(_drafts(draft_file))
    studies = _studies(study or [])
    chosen, films = _pair(draft_file, drafts, studies)
    refuse_overwriting(output, [draft_file, *(Path(view.path) for each in studies for view in each.views)])
    content = export_draft(chosen, films, _written(draft_file), to.value)
    try:
        with whole_file(output, "wb") as file:
            file.write(content)
    except OSError as error:
        raise SightlineError(f"`{output}`: cannot be written ({error.strerror}), choose another file.") from error
    if auditor:
        auditor.exported(chosen.study_id, to.value, content)
    typer.echo(output)


def _drafts(path: Path) -> Iterator[Draft]:
    """One draft over any number of lines, or one on each line."""
    from pydantic import ValidationError

    from radiology.imaging.clinical import read_text
    from radiology.study import Draft

    text = read_text(path, _LONGEST)
    try:
        yield Draft.model_validate_json(text)
    except ValidationError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        try:
            several = [Draft.model_validate_json(line) for line in lines]
        except ValidationError as single:
            raise _no_draft(path, whole if len(lines) == 1 else single) from single
        if not several:
            raise _no_draft(path, whole) from whole
        yield from several


def _no_draft(path: Path, error: object) -> SightlineError:
    """Where it is none, without its values, which may identify."""
    from pydantic import ValidationError

    first = error.errors(include_input=False, include_url=False)[0] if isinstance(error, ValidationError) else None
    place = f" ({'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg'][:120]})" if first else ""
    return SightlineError(f"`{path}`: is no draft{place}, give what `sightline report --format json` printed.")


def _studies(paths: list[Path]) -> list[Study]:
    from radiology.imaging.intake import read_studies

    return read_studies(paths, force=True) if paths else []


def _pair(path: Path, drafts: list[Draft], studies: list[Study]) -> tuple[Draft, Study | None]:
    """The one draft, or the one whose films were given."""
    by_id = {study.study_id: study for study in studies}
    matching = [draft for draft in drafts if draft.study_id in by_id]
    if not studies and len(drafts) == 1:
        return drafts[0], None
    if not matching and studies:
        raise SightlineError(f"`{path}`: holds no draft of the films given, name those that it was drafted from.")
    if len({draft.study_id for draft in matching}) != 1:
        raise SightlineError(f"`{path}`: holds {len(drafts)} drafts, name the films of one of them with --study.")
    if len(matching) > 1:
        raise SightlineError(f"`{path}`: holds {len(matching)} drafts of the films given, keep one of them.")
    return matching[0], by_id[matching[0].study_id]


def _written(path: Path) -> datetime:
    """When the draft was written, in local time: the time of its file, which a second export finds unchanged."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).astimezone()
