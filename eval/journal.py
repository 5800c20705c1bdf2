"""What an unfinished run has answered so far, a line each, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from eval.items import Item
from eval.prediction import Prediction, to_line


class Journal:
    """Answers by key. With a `path` they are also on disk, under a first line that names the run: a file of another
    run is started anew. What has failed is asked again; a line cut short by the interruption is left out."""

    def __init__(self, path: Path | None = None, run: str = "") -> None:
        self._path, self._run = path, run
        self._known = {row.key: row for row in self._read() if not row.failed}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(run + "\n" + "".join(map(to_line, self._known.values())), encoding="utf-8")

    def __len__(self) -> int:
        return len(self._known)

    def fill(self, items: Sequence[Item], ask: Callable[[Sequence[Item]], list[Prediction]]) -> list[Prediction]:
        """The predictions of `items` in order; only those not known yet are asked for."""
        rest = [item for item in items if item.blank.key not in self._known]
        fresh = ask(rest) if rest else []
        self._add(fresh)
        return [self._known[item.blank.key] for item in items]

    def remove(self) -> None:
        """The run is finished and its predictions are written elsewhere."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _add(self, rows: Sequence[Prediction]) -> None:
        self._known |= {row.key: row for row in rows}
        if self._path is not None and rows:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(map(to_line, rows))

    def _read(self) -> list[Prediction]:
        if self._path is None or not self._path.is_file():
            return []
        first, *lines = self._path.read_text(encoding="utf-8").split("\n")
        return [row for row in map(_parse, lines) if row is not None] if first == self._run else []


def _parse(line: str) -> Prediction | None:
    try:
        return Prediction.model_validate_json(line)
    except ValidationError:
        return None
