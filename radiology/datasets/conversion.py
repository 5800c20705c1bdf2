"""What a folder of converted studies was made of, so that nothing else is written into it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from radiology.datasets.folder_lock import LOCK
from radiology.datasets.whole_file import is_partial, whole_file
from radiology.errors import SightlineError
from radiology.study import Noun

RECORD = "conversion.json"


class Conversion(Noun):
    """`state` is of the tables that `path` is or holds: names, sizes and times. `size` in px, None for films as
    they are."""

    source: str
    licence: str
    path: str
    state: str
    mapping: str = ""
    split: str = "all"
    limit: int | None = None
    size: int | None = None


def state_of(path: Path) -> str:
    """A hash that changes when a table of the data set does; "" for what is not on this disk."""
    if not path.exists():
        return ""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            about = file.stat()
            digest.update(f"{file.name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:20]


def refuse_foreign(folder: Path, wanted: Conversion) -> None:
    """Raises SightlineError where anything but `wanted` is in the folder, or was begun there."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SightlineError(f"`{folder}`: is no folder, name a new or an empty one.")
    if all(entry.name in (LOCK, RECORD) or is_partial(entry) for entry in folder.iterdir()):
        return  # nothing was written yet
    record = folder / RECORD
    if not record.exists():
        raise SightlineError(f"`{folder}`: holds what was not converted here, name a new or an empty folder.")
    differing = _differences(_read(record), wanted)
    if differing:
        raise SightlineError(f"`{folder}`: holds another conversion ({differing}), name another folder.")


def claim(folder: Path, wanted: Conversion) -> None:
    """Write down what will be in the folder, unless it is someone else's: see `refuse_foreign`."""
    refuse_foreign(folder, wanted)
    with whole_file(folder / RECORD) as file:
        file.write(wanted.model_dump_json(indent=2) + "\n")


def _read(record: Path) -> Conversion:
    try:
        return Conversion.model_validate_json(record.read_bytes())
    except (OSError, ValidationError) as error:
        raise SightlineError(f"`{record}`: is no record of a conversion, name another folder.") from error


def _differences(found: Conversion, wanted: Conversion) -> str:
    """Such as "source nih, not openi"; where only the files have changed, that."""
    fields = [name for name in Conversion.model_fields if getattr(found, name) != getattr(wanted, name)]
    told = [f"{name} {getattr(found, name)}, not {getattr(wanted, name)}" for name in fields if name != "state"]
    return "; ".join(told) or ("the files have changed since" if fields else "")
