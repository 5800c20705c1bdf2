"""One writer at a time, and no reader meanwhile. The lock is SQLite's own, on an empty file beside the log, so it falls
with its holder, however that ends, on every system."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mllm.audit import table
from radiology.errors import SightlineError


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Hold the log for writing, for which its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _holding(lock_file(file)):
        yield


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Keep writers away; a copy that was never written to where it lies needs no lock and gets none.

    Raises SightlineError when there is no log.
    """
    if not file.is_file():
        raise SightlineError(f"`{file}`: there is no audit log, name one with --log.")
    lock = lock_file(file)
    if not (lock.exists() and os.access(lock, os.W_OK) and os.access(lock.parent, os.W_OK)):
        yield
        return
    with _holding(lock):
        yield


@contextmanager
def _holding(lock: Path) -> Iterator[None]:
    with table.opened(lock) as held:
        held.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def named(file: Path) -> Iterator[None]:
    """What the system or SQLite says about `file`, as one sentence."""
    try:
        yield
    except (OSError, *table.FAULTS) as error:
        raise SightlineError(f"`{file}`: cannot be used as audit log ({error}), check it or name another.") from error


def lock_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")
