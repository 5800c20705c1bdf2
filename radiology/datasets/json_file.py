"""JSON files of data sets."""

from __future__ import annotations

import json
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
