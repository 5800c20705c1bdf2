"""JSON files of data sets, whole or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from radiology.errors import SightlineError


def read_json(file: Path) -> Any:
    """What `file` holds. Raises SightlineError when it cannot be read as JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SightlineError(f"`{file}`: is no JSON ({error}), fetch it again.") from error


def json_objects(file: Path, key: str | None = None) -> list[dict[str, Any]]:
    """The list of objects in `file`, or below `key` of it. Raises SightlineError when there is none."""
    found = read_json(file)
    if key is not None:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        where = f" under `{key}`" if key else ""
        raise SightlineError(f"`{file}`: holds no list of objects{where}, name a file of this data set.")
    return found


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
