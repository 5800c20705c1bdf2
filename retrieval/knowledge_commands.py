"""`sightline knowledge ...`: add, list, search, show and remove what explains findings."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mllm.draft.knowledge import Passage

knowledge_command = typer.Typer(no_args_is_help=True, help="Look up what findings mean, and add guidelines of yours.")

WIDTH = 100


@knowledge_command.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="Markdown, text or PDF files.")],
) -> None:
    """Add documents of yours, all of them or none; they are quoted with their name and page."""
    from retrieval.knowledge.document import read_document
    from retrieval.knowledge.store import KnowledgeStore, default_file

    documents = [read_document(file) for file in files]
    for stored, new in KnowledgeStore(default_file()).add(documents):
        known = "" if new else " (known before)"
        typer.echo(f"{stored.name}: {stored.count} paragraphs, K{stored.first} to K{stored.last}{known}")


@knowledge_command.command("list")
def list_entries() -> None:
    """Print a line for each entry and for each document that was added."""
    from retrieval.knowledge.entry import own_entries
    from retrieval.knowledge.store import KnowledgeStore, default_file

    for entry in own_entries():
        typer.echo(f"{entry.id:6s}{entry.title}")
    for stored in KnowledgeStore(default_file()).documents():
        pages = f", {stored.pages} pages" if stored.pages else ""
        typer.echo(f"K{stored.first} to K{stored.last}  {stored.name}{pages}")


@knowledge_command.command("search")
def search(
    text: Annotated[str, typer.Argument(help="A question or a few words.")],
    k: Annotated[int, typer.Option("-k", min=1, help="Number of paragraphs.")] = 3,
) -> None:
    """Print the paragraphs that fit, best first; none where nothing does."""
    from mllm.draft.general import general
    from retrieval.knowledge.base import FLOOR, KnowledgeBase

    found = KnowledgeBase().find(text, general(text), k, FLOOR)
    if not found:
        typer.echo("No entry fits.", err=True)
    for passage in found:
        _print(passage)


@knowledge_command.command("show")
def show(number: Annotated[str, typer.Argument(metavar="ID", help="As in K12.")]) -> None:
    """Print an entry with all its paragraphs, or a paragraph of a document."""
    from retrieval.knowledge.base import KnowledgeBase

    for passage in KnowledgeBase().show(number):
        _print(passage)


@knowledge_command.command("remove")
def remove(
    document: Annotated[str, typer.Argument(help="The name of a document, or the id of one of its paragraphs.")],
) -> None:
    """Take out a document that was added."""
    from retrieval.knowledge.store import KnowledgeStore, default_file

    stored = KnowledgeStore(default_file()).remove(document)
    typer.echo(f"{stored.name}: removed, {stored.count} paragraphs")


def _print(passage: Passage) -> None:
    typer.echo(f"[{passage.id}] {passage.where}")
    typer.echo(textwrap.fill(passage.text, WIDTH, initial_indent="  ", subsequent_indent="  "))
    label = "Sources" if passage.own else "Source"
    typer.echo(textwrap.fill(f"{label}: {passage.source}", WIDTH, initial_indent="  ", subsequent_indent="    "))
    typer.echo()
