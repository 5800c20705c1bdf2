"""What clinicians wrote about a study: given on the command line as a text, or as `@FILE` that holds it."""

from __future__ import annotations

import os
from pathlib import Path

from radiology.errors import SightlineError
from radiology.study import Study

LONGEST = 100_000
"""Bytes of a text file; a longer one is no report and no note."""


def read_text(path: Path, longest: int = LONGEST) -> str:
    """The text of a UTF-8 file. Raises SightlineError for one that is not there, empty, too long or no text."""
    try:
        size, text = path.stat().st_size, path.read_bytes()[: longest + 1].decode("utf-8-sig")
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be read ({error.strerror}), check the path.") from error
    except ValueError as error:
        raise SightlineError(f"`{path}`: cannot be read as text, save it as UTF-8.") from error
    if size > longest:
        raise SightlineError(f"`{path}`: has {size} bytes, give a text of at most {longest}.")
    if not text.strip():
        raise SightlineError(f"`{path}`: is empty, give a file that holds the text.")
    return text.strip()


def given_text(value: str) -> str:
    """What an option gives: `@FILE` is the text of the file, anything else the text itself."""
    return read_text(Path(os.path.expanduser(value[1:]))) if value.startswith("@") else value.strip()


def with_texts(
    study: Study, indication: str = "", technique: str = "", comparison: str = "", note: Path | None = None
) -> Study:
    """`study` with the texts that are given, each a text or `@FILE`; the others stay as they are."""
    told = {"indication": indication, "technique": technique, "comparison": comparison}
    texts = {name: given_text(value) for name, value in told.items() if value}
    if note is not None:
        texts["note"] = read_text(note)
    return study.model_copy(update=texts)
