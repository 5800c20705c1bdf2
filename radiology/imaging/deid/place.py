"""Where things go: pseudonymous names in a mirrored folder, each file whole or not there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from radiology.errors import SightlineError
from radiology.imaging.deid.secret import Secret

_PARTIAL = ".deid-part-"
LISTS = ("studies.jsonl", "questions.jsonl")
"""File names that say nothing, and are looked for."""


@dataclass(frozen=True)
class Places:
    """Names below `target` for files below `source`: names of files and folders are identifiers as well."""

    source: Path
    target: Path
    secret: Secret

    def of(self, path: Path, suffix: str) -> Path:
        """Below `outside` for a file that is not below `source`."""
        file = Path(path.resolve())
        if not file.is_relative_to(self.source):
            return self.target / "outside" / f"f{self.secret.name('file', str(file))}{suffix}"
        inside = file.relative_to(self.source)
        folders = (f"d{self.secret.name('folder', folder)}" for folder in inside.parts[:-1])
        name = inside.name if inside.name in LISTS else f"f{self.secret.name('file', inside.as_posix())}{suffix}"
        return self.target.joinpath(*folders, name)


def check_places(source: Path, target: Path) -> None:
    """Raises SightlineError where `source` is not there, or where one of both lies in the other."""
    if not source.exists():
        raise SightlineError(f"`{source}`: is not there, check the path.")
    if target.exists() and not target.is_dir():
        raise SightlineError(f"`{target}`: is a file, name a folder to write into.")
    folder = (source if source.is_dir() else source.parent).resolve()
    if (target.resolve().is_relative_to(folder) and source.is_dir()) or target.resolve() == folder:
        raise SightlineError(f"`{target}`: lies in the folder of the originals, name a folder outside of it.")
    if source.is_dir() and folder.is_relative_to(target.resolve()):
        raise SightlineError(f"`{target}`: holds the originals, name another folder.")


def check_key(key: Path, target: Path) -> None:
    """Raises SightlineError where the key would be given away with the films."""
    if key.resolve().is_relative_to(target.resolve()):
        raise SightlineError(f"`{key}`: the key lies in the folder to write into, keep it outside.")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write to, moved to `target` at the end; nothing is left of it after an error."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.parent / f"{_PARTIAL}{secrets.token_hex(6)}"
        try:
            yield partial
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise SightlineError(
            f"`{target.parent}`: cannot be written to ({error.strerror}), name another folder."
        ) from None


def without_leftovers(target: Path, but: Path) -> None:
    """Remove what a run that was killed had not finished."""
    for partial in target.rglob(f"*{_PARTIAL}*"):
        if partial != but:
            partial.unlink(missing_ok=True)
