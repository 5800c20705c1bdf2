"""`sightline audit ...`: list, verify, export; and the options by which other commands write into a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radiology.errors import SightlineError

if TYPE_CHECKING:
    from mllm.audit.auditor import Auditor
    from mllm.audit.events import Event
    from mllm.audit.log import Log
    from mllm.draft.conversation import Conversation
    from mllm.draft.editing.edit import Edit
    from radiology.study import Draft

audit_command = typer.Typer(
    no_args_is_help=True, help="Look at the log of drafts, edits and sign-offs (docs/audit.md)."
)

Audit = Annotated[bool, typer.Option("--audit", help="Write what is done into the audit log.")]
LogFile = Annotated[Path | None, typer.Option("--log", help="The audit log (default: in your data folder).")]
User = Annotated[str | None, typer.Option("--user", help="The name in the audit log (default: your system's user).")]
Key = Annotated[Path | None, typer.Option("--key", help="Secret key file (default: this installation's own).")]


@audit_command.command("list")
def list_entries(log: LogFile = None, key: Key = None) -> None:
    """Print a line for each entry: number, time in UTC, name, what was done."""
    from mllm.audit.log import entry_of

    for entry in map(entry_of, _log(log, key).rows()):
        line = f"{entry.number:6d}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.who}  {_about(entry.event)}"
        typer.echo("".join(c if c.isprintable() else " " for c in line))


@audit_command.command("verify")
def verify_log(
    log: LogFile = None,
    key: Key = None,
    anchor: Annotated[str | None, typer.Option(help="COUNT:HASH that an earlier `verify` printed.")] = None,
) -> None:
    """Say whether any byte of the log is not as written; exit status 0 for a clean log, 1 for another, 2 for none."""
    from mllm.audit.verify import read_anchor, to_anchor, verify

    opened = _log(log, key)
    verdict = verify(opened, read_anchor(anchor) if anchor else None)
    if verdict.note:
        typer.echo(f"{opened.file}: {verdict.note}", err=True)
    if verdict.tail is None:
        typer.echo(f"{opened.file}: {verdict.problem}")
        raise typer.Exit(1)
    typer.echo(f"{opened.file}: {verdict.tail.count} entries, nothing changed")
    typer.echo(f"anchor {to_anchor(verdict.tail)}")


@audit_command.command("export")
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON Lines file to write.")],
    preferences: Annotated[
        bool, typer.Option("--preferences", help="Pairs (chosen, rejected) from edits that were signed off.")
    ] = False,
    log: LogFile = None,
    key: Key = None,
) -> None:
    """Write the entries of a log that verifies, or what can be learnt from its signed edits."""
    from mllm.audit.export import export_log

    count = export_log(_log(log, key), output, preferences)
    typer.echo(f"{output}: {count} {'preference pairs' if preferences else 'entries'}")


def auditor_for(audit: bool, log: Path | None = None, user: str | None = None) -> Auditor | None:
    """Who writes into the log of a command with the options `Audit`, `LogFile` and `User`; None without the first.

    Raises SightlineError when only the others are given, or a key cannot be read or made.
    """
    if audit:
        from mllm.audit.auditor import open_auditor

        return open_auditor(log, user)
    if log or user:
        raise SightlineError(f"`{log or user}`: names an audit log or its user without --audit, add that.")
    return None


def log_edits(conversation: Conversation, auditor: Auditor) -> None:
    """Have the draft that a conversation makes, and what its commands change, written into the log.

    What cannot be logged raises SightlineError there and is not changed.
    """
    from mllm.audit.changes import changes, draft_text

    drafting, entry = conversation.drafting, 0

    def drafted() -> Draft:
        nonlocal entry
        assert drafting is not None
        draft = drafting()
        entry = auditor.drafted(draft)
        return draft

    def edited(edit: Edit) -> None:
        before, after = draft_text(edit.before), draft_text(edit.after)
        if changes(before, after):
            auditor.edited(entry, before, after)

    conversation.drafting, conversation.record = drafted, edited


def _log(file: Path | None, key: Path | None) -> Log:
    """A log that is there, with a key that is there: looking makes neither."""
    from mllm.audit.log import Log, default_log
    from radiology.imaging.deid.secret import default_key_file, open_secret

    log = file or default_log()
    if not log.is_file():
        raise SightlineError(f"`{log}`: there is no audit log, name one with --log.")
    return Log(log, open_secret(key or default_key_file()))


def _about(event: Event) -> str:
    """What was done to which study or to the report that which entry began."""
    match event.kind:
        case "drafted" | "checked":
            return f"{event.kind} {event.study_id} ({event.model.id} {event.model.hash[:12]})"
        case "edited" | "signed off":
            return f"{event.kind} the report of entry {event.draft}"
        case "exported":
            return f"exported {event.study_id} as {event.format}"
