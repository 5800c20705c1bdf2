"""What one browser tab holds: the study it has open and its files. Nothing here is shared between tabs."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from radiology.errors import SightlineError
from web.editing import Editing
from web.reading import Reading


@dataclass(eq=False)
class Session:
    """`folder` is this tab's own and is removed with everything in it when the tab closes."""

    folder: Path
    reading: Reading | None = None

    def __post_init__(self) -> None:
        self._turn = 0
        self._changing = Lock()

    @property
    def editing(self) -> Editing | None:
        """The finished draft of the study that is open."""
        return self.reading.editing if self.reading else None

    def take(self, uploads: Sequence[Path]) -> list[Path]:
        """Move files out of the server's upload cache into a new folder of this tab.

        Raises SightlineError when a file is gone, as when another tab uploaded the same one at the same moment.
        """
        place = self.folder / uuid.uuid4().hex
        return [_moved(upload, place / str(number)) for number, upload in enumerate(uploads)]

    def stop(self) -> None:
        """End the draft and the answer that are under way."""
        if self.reading is not None:
            self.reading.stop()

    def open(self, reading: Reading, turn: int) -> bool:
        """Have `reading` open; False, and nothing else, where something was opened or forgotten since `turn`."""
        with self._changing:
            if turn == self._turn:
                self.reading = reading
            return turn == self._turn

    def in_turn(self, turn: int) -> bool:
        """Whether nothing was opened or forgotten since `turn`."""
        return turn == self._turn

    def forget(self, keep: Sequence[Path] = ()) -> int:
        """Drop the study, what is under way or was said about it and its files, except what `take` gave as `keep`.

        Returns the turn in which the next study is opened.
        """
        with self._changing:
            self._turn += 1
            turn, reading, self.reading = self._turn, self.reading, None
        if reading is not None:
            reading.close()
        kept = {path.parent.parent for path in keep}
        for place in list(self.folder.iterdir()) if self.folder.is_dir() else []:
            if place not in kept:
                shutil.rmtree(place, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        return turn


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
