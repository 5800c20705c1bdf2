"""What one browser tab holds: its study, its conversation, its files. Nothing here is shared between tabs."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from radiology.errors import SightlineError
from radiology.study import Study
from web.editing import Editing
from web.film import Film

if TYPE_CHECKING:
    from mllm.draft.conversation import Conversation


@dataclass(eq=False)
class Session:
    """`folder` is this tab's own and is removed with everything in it when the tab closes."""

    folder: Path
    study: Study | None = None
    films: tuple[Film, ...] = ()
    conversation: Conversation | None = None
    editing: Editing | None = None
    forced: bool = False

    def take(self, uploads: Sequence[Path]) -> list[Path]:
        """Move files out of the server's upload cache into a new folder of this tab.

        Raises SightlineError when a file is gone, as when another tab uploaded the same one at the same moment.
        """
        place = self.folder / uuid.uuid4().hex
        return [_moved(upload, place / str(number)) for number, upload in enumerate(uploads)]

    def forget(self, keep: Sequence[Path] = ()) -> None:
        """Drop the study, what was said about it and all its files, except what `take` gave as `keep`."""
        self.study, self.films, self.conversation, self.editing, self.forced = None, (), None, None, False
        kept = {path.parent.parent for path in keep}
        for place in list(self.folder.iterdir()) if self.folder.is_dir() else []:
            if place not in kept:
                shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()


class Sessions:
    """The open tabs of one server, by the key a browser tab sends; a tab that is gone is not kept alive here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: WeakValueDictionary[str, Session] = WeakValueDictionary()

    def start(self, key: str) -> Session:
        """A new session, its folder named by a hash because the key is whatever the browser sent."""
        session = Session(self._folder / hashlib.sha256(key.encode()).hexdigest()[:32])
        self._open[key] = session
        return session

    def end(self, key: str) -> None:
        """Drop what the tab held, files included; unknown keys are ignored."""
        session = self._open.pop(key, None)
        if session is not None:
            session.forget()


def _moved(source: Path, folder: Path) -> Path:
    if not source.is_file():
        raise SightlineError(f"`{source.name}`: did not arrive completely, upload it again.")
    folder.mkdir(parents=True)
    target = folder / source.name
    shutil.move(source, target)
    with contextlib.suppress(OSError):
        source.parent.rmdir()
    return target
