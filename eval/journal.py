"""What an unfinished run has answered so far, a line each, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from eval.items import Item
from eval.prediction import ANSWER, Prediction, to_line, unwritable, write_text


class Journal:
    """Answers by key. With a `path` they are also on disk, under a first line that names the run: a file of another
    run is started anew. What has failed is asked again; a line cut short by the interruption is left out."""

    def __init__(self, path: Path | None = None, run: str = "") -> None:
        self._path, self._run = path, run
        self._known = {row.key: row for row in self._read() if not row.failed}
        if path is not None:
            write_text(path, run + "\n" + "".join(map(to_line, self._known.values())))

    def __len__(self) -> int:
        return len(self._known)

    def fill(self, items: Sequence[Item], ask: Callable[[Sequence[Item]], list[Prediction]]) -> list[Prediction]:
        """The predictions of `items` in order; only those not known yet are asked for."""
        rest = [item for item in items if item.blank.key not in self._known]
        fresh = ask(rest) if rest else []
        self._add(fresh)
        return [_beside(item.blank, self._known[item.blank.key]) for item in items]

    def _add(self, rows: Sequence[Prediction]) -> None:
        self._known |= {row.key: row for row in rows}
        if self._path is not None and rows:
            try:
                with self._path.open("a", encoding="utf-8", errors="replace") as file:
                    file.writelines(map(to_line, rows))
            except OSError as error:
                raise unwritable(self._path, error) from error

    def _read(self) -> list[Prediction]:
        if self._path is None or not self._path.is_file():
            return []
        first, *lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")
        return [row for row in map(_parse, lines) if row is not None] if first == self._run else []


def _beside(blank: Prediction, said: Prediction) -> Prediction:
    """The answer `said` beside what the item is compared with now."""
    return blank.model_copy(update={name: getattr(said, name) for name in ANSWER})


def _parse(line: str) -> Prediction | None:
    try:
        return Prediction.model_validate_json(line)
    except ValidationError:
        return None
