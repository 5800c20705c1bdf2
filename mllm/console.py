"""What commands share: the options that choose a model, quiet libraries, progress on stderr. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Load(StrEnum):
    FOUR_BIT = "4bit"
    EIGHT_BIT = "8bit"


Model = Annotated[str, typer.Option(help="`mini` (bundled), a model folder, a hub id, or the URL of a server.")]
Loading = Annotated[Load | None, typer.Option(help="Quantise the weights while loading.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Folder to write into.")]


def prepare(*models: str) -> None:
    """Close the way to the model hub unless one of `models` is a hub id; must run before transformers is imported."""
    if any("/" in model and "://" not in model and not Path(model.partition("#")[0]).exists() for model in models):
        return
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


@contextlib.contextmanager
def only_results_on_stdout() -> Iterator[None]:
    """Whatever a library prints goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function of (done, total) that draws a bar on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def stage_counter() -> Callable[[str, int], None]:
    """A function of (stage, how many more of it are done) that counts on one line of stderr."""
    done: Counter[str] = Counter()

    def show(stage: str, more: int) -> None:
        done[stage] += more
        sys.stderr.write(f"\r{stage}: {done[stage]}\033[K")
        sys.stderr.flush()

    return show
