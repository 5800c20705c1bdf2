"""What a run has finished so far, so that the next one goes on where it stopped: pseudonyms and counts, no values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from radiology.imaging.deid.tally import Tally

JOURNAL = ".deid-journal.jsonl"


@dataclass
class Journal:
    """`done` has the counts of each file, named by its stamp: a pseudonym of its path, size and time of change.

    `settings` stands for the key and the options: what was done with others is done again.
    """

    folder: Path
    settings: str
    done: dict[str, Tally] = field(default_factory=dict)

    def read(self) -> None:
        """A line that was cut short counts as not there."""
        if not self._file.is_file():
            return
        for line in self._file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                if entry["settings"] == self.settings and (self.folder / entry["written"]).is_file():
                    self.done[entry["stamp"]] = Tally.from_json(entry["counts"])
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def add(self, stamp: str, written: str, tally: Tally) -> None:
        """`written` is a path below the folder."""
        entry = {"settings": self.settings, "stamp": stamp, "written": written, "counts": tally.as_json()}
        with self._file.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry) + "\n")

    def close(self) -> None:
        self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.folder / JOURNAL
