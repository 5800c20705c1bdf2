"""One prediction beside its reference: the line of `predictions.jsonl` and the only thing a metric reads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import Field, ValidationError

from radiology.errors import SightlineError
from radiology.study import Finding, Noun

ANSWER = ("prediction", "probability", "findings", "dropped", "ranking")
"""The fields that hold what a model said of an item; the others are the data's, or a judge's."""
_CONTRACT = ("id", "task", "prediction", "reference", "probability")


class Prediction(Noun):
    """`prediction` is None where the model gave nothing usable: the item has failed and counts as wrong.

    `task` is report, closed, open, choice, ground, head, sentence or retrieval. `probability` is that of "yes" for a
    closed question, of "right" for a sentence and of the answer otherwise. `name` is the finding a question is about,
    `question` its text. Reports carry what was read from the text (`findings`) and the truth (`truth`), whether the
    study has a prior, and the texts of others that stood in the prompt (`context`); `dropped` counts malformed boxes.
    A retrieval holds the gains of what was found, best first (`ranking`), and of all that could have been (`relevant`).
    `groups` names the subgroups of the study (sex, age, view ...); `judged` holds the verdicts of judges with weights.
    """

    id: str
    task: str
    prediction: str | None
    reference: str
    probability: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    study_id: str
    patient_id: str = ""
    question: str = ""
    topic: str = ""
    name: str | None = None
    findings: tuple[Finding, ...] = ()
    truth: tuple[Finding, ...] = ()
    dropped: int = 0
    has_prior: bool = False
    context: tuple[str, ...] = ()
    ranking: tuple[float, ...] = ()
    relevant: tuple[float, ...] = ()
    groups: dict[str, str] = Field(default_factory=dict)
    judged: dict[str, tuple[float, ...]] = Field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What names an item: no two rows of one set share it."""
        return self.task, self.id

    @property
    def cluster(self) -> str:
        """What is resampled as a whole: the patient, where one is told, else the study."""
        return self.patient_id or self.study_id

    @property
    def failed(self) -> bool:
        return self.prediction is None


def make_folder(folder: Path) -> None:
    """Raises SightlineError where `folder` cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def write_text(path: Path, text: str) -> None:
    """Write all of `text` to `path` or nothing; half a character becomes "?". Raises SightlineError."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="replace")
        part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def unwritable(path: Path, error: OSError) -> SightlineError:
    return SightlineError(f"`{path}`: cannot be written ({error.strerror}), choose another place.")


def to_line(row: Prediction) -> str:
    """One JSON line; fields at their default other than the contract's five are left out."""
    extra = row.model_dump(mode="json", exclude_defaults=True, exclude=set(_CONTRACT))
    return json.dumps({key: getattr(row, key) for key in _CONTRACT} | extra, ensure_ascii=False) + "\n"


def write_predictions(path: Path, rows: Iterable[Prediction]) -> None:
    write_text(path, "".join(map(to_line, rows)))


def read_predictions(path: Path) -> list[Prediction]:
    """Raises SightlineError naming the first line that is no prediction, or an id that stands twice for a task."""
    rows: list[Prediction] = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            rows.append(Prediction.model_validate_json(line))
        except ValidationError as error:
            reason = error.errors()[0]
            where = ".".join(str(part) for part in reason["loc"]) or "the line"
            raise SightlineError(f"`{path}`: line {number}, {where}: {reason['msg']}; predict again.") from None
    refuse_duplicates(rows, str(path))
    return rows


def read_lines(path: Path) -> list[str]:
    """The lines of a text file; a line separator within a string does not end one. Raises SightlineError."""
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError(f"`{path}`: cannot be read ({error}), name a file of predictions.") from error


def refuse_duplicates(rows: Sequence[Prediction], name: str) -> None:
    """Raises SightlineError when two rows of one task share an id: a score would count one item twice."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if row.key in seen:
            raise SightlineError(f"`{name}`: id {row.id} stands twice in task {row.task}; keep one of them.")
        seen.add(row.key)
