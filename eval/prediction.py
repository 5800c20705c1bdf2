"""One prediction beside its reference: the line of `predictions.jsonl` and the only thing a metric reads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from radiology.errors import SightlineError
from radiology.study import Finding, Noun


class Prediction(Noun):
    """`prediction` is None where the model gave nothing usable: the item has failed and counts as wrong.

    `probability` is that of "yes" for a closed question and that of the answer otherwise. `name` is the finding a
    closed question is about, `question` its text. Reports carry what was read from the text (`findings`) and the
    truth (`truth`); `dropped` counts their malformed boxes.
    """

    id: str
    task: str
    prediction: str | None
    reference: str
    probability: float | None = None
    study_id: str
    question: str = ""
    topic: str = ""
    name: str | None = None
    findings: tuple[Finding, ...] = ()
    truth: tuple[Finding, ...] = ()
    dropped: int = 0

    @property
    def failed(self) -> bool:
        return self.prediction is None


def write_text(path: Path, text: str) -> None:
    """Write all of `text` to `path` or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def write_predictions(path: Path, rows: Iterable[Prediction]) -> None:
    """One JSON line a prediction; fields at their default other than the contract's five are left out."""
    contract = ("id", "task", "prediction", "reference", "probability")
    lines = []
    for row in rows:
        extra = row.model_dump(mode="json", exclude_defaults=True, exclude=set(contract))
        lines.append(json.dumps({key: getattr(row, key) for key in contract} | extra, ensure_ascii=False))
    write_text(path, "".join(line + "\n" for line in lines))


def read_predictions(path: Path) -> list[Prediction]:
    """Raises SightlineError naming the first line that is no prediction, or an id that stands twice for a task."""
    rows: list[Prediction] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(Prediction.model_validate_json(line))
        except ValidationError as error:
            reason = error.errors()[0]
            where = ".".join(str(part) for part in reason["loc"]) or "the line"
            raise SightlineError(f"`{path}`: line {number}, {where}: {reason['msg']}; predict again.") from None
    refuse_duplicates(rows, str(path))
    return rows


def refuse_duplicates(rows: Sequence[Prediction], name: str) -> None:
    """Raises SightlineError when two rows of one task share an id: a score would count one item twice."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.task, row.id) in seen:
            raise SightlineError(f"`{name}`: id {row.id} stands twice in task {row.task}; keep one of them.")
        seen.add((row.task, row.id))
