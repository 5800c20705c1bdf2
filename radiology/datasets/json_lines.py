"""JSON Lines of data sets, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from radiology.errors import SightlineError


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The object of each line that is not empty. Raises SightlineError naming the line that is none."""
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _object(file, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError(f"`{file}`: cannot be read as text ({error}), fetch it again.") from error


def _object(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SightlineError(f"`{file}`: line {number} is no JSON ({error}), fetch it again.") from error
    if not isinstance(found, dict):
        raise SightlineError(f"`{file}`: line {number} is no object, name a file of this data set.")
    return found
