"""One writer in a folder at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from radiology.errors import SightlineError

LOCK = ".lock"


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made when it is not there. The lock falls with the process, however that ends.

    Raises SightlineError while another process holds it. Without `fcntl` (Windows) nothing is locked.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SightlineError(f"`{folder}`: cannot be written to ({error.strerror}), name another folder.") from error
    try:
        _take(handle, folder)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise SightlineError(f"`{folder}`: is being written by another process, wait for it to end.") from error
