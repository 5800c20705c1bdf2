"""Files that appear whole or not at all, whatever ends the process that writes them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

from radiology.errors import SightlineError

_PREFIX, _SUFFIX = ".", ".partial"


@contextlib.contextmanager
def whole_file(path: Path, mode: Literal["w", "wb"] = "w", private: bool = False) -> Iterator[IO[Any]]:
    """An open file, UTF-8 with the line ends of Unix for text, that becomes `path` once all is written.

    A `private` one is readable by its owner only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    partial, text = Path(name), mode == "w"
    try:
        with os.fdopen(handle, mode, encoding="utf-8" if text else None, newline="\n" if text else None) as file:
            yield file
        partial.chmod(0o600 if private else 0o644)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def refuse_overwriting(output: Path, inputs: Iterable[Path]) -> None:
    """Raises SightlineError where `output` is one of the files that it is made from."""
    if output.resolve() in {path.resolve() for path in inputs}:
        raise SightlineError(f"`{output}`: is what this is made from, name another file to write.")


def is_partial(path: Path) -> bool:
    """True for what a writer that was killed left behind."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)
