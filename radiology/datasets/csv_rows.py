"""Rows of CSV files, plain or gzipped, one at a time."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from radiology.errors import SightlineError

LONGEST = 1_000_000
"""Characters of a line."""

Row = dict[str, str]


def csv_file(folder: Path, pattern: str) -> Path | None:
    """The file in `folder` that `pattern` (`*-split.csv`) names, plain before `.gz`; None when there is none."""
    return next((file for end in ("", ".gz") for file in sorted(folder.glob(pattern + end))), None)


def needed_csv(folder: Path, pattern: str) -> Path:
    """As `csv_file`; raises SightlineError when it is not there."""
    file = csv_file(folder, pattern)
    if file is None:
        raise SightlineError(f"`{folder}`: `{pattern}` (or `.gz`) is missing, put that file of the data set there.")
    return file


def csv_rows(file: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows with at least `columns`. Raises SightlineError for a missing column or a damaged file."""
    try:
        with _opened(file) as lines:
            reader = csv.DictReader(_bounded(lines))
            missing = sorted(set(columns) - set(reader.fieldnames or ()))
            if missing:
                raise SightlineError(f"`{file}`: column {missing[0]} is missing, name a file of this data set.")
            for row in reader:
                yield {column: value or "" for column, value in row.items() if column is not None}
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise SightlineError(f"`{file}`: cannot be read as CSV ({error}), fetch it again.") from error


def csv_header(file: Path, separator: str = ",") -> list[str]:
    """The names of the columns. Raises SightlineError for a damaged file, an empty one and one name used twice."""
    try:
        with _opened(file) as lines:
            names = next(csv.reader(_bounded(lines), delimiter=separator), [])
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise SightlineError(f"`{file}`: cannot be read as CSV ({error}), fetch it again.") from error
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise SightlineError(f"`{file}`: {f'two columns are called {twice[0]}' if twice else 'is empty'}, correct it.")
    return names


def _bounded(lines: TextIO) -> Iterator[str]:
    """The lines, none of which takes up all the memory: a few compressed bytes can hold gigabytes without an end."""
    while line := lines.readline(LONGEST):
        if len(line) == LONGEST:
            raise csv.Error(f"a line of more than {LONGEST} characters")
        yield line


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", newline="", encoding="utf-8-sig")
    return file.open(newline="", encoding="utf-8-sig")
