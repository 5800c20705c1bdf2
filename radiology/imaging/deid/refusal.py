"""A file that cannot be de-identified, told without anything of its content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radiology.errors import SightlineError


class RefusedError(SightlineError):
    """`reason` holds no value and no name of the file, so it may be counted and printed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"`{path}`: {reason}, give films (DICOM, PNG, JPEG) that can be read.")
        self.reason = reason


@contextmanager
def nothing_quoted(path: Path) -> Iterator[None]:
    """Any other error of a reader becomes a RefusedError: its text may quote the header."""
    try:
        yield
    except RefusedError:
        raise
    except SightlineError:
        raise RefusedError(path, "is no single image that can be read") from None
