"""What an evaluation leaves in its folder, and how it is read back.

`run.json` says what was predicted, `predictions.jsonl` holds it, `baselines/` what was predicted without looking, and
`scores.json` the scores of both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from eval.prediction import Prediction, read_predictions, write_predictions, write_text
from eval.sheet import Sheet
from eval.signature import Signature
from radiology.errors import SightlineError
from radiology.study import Noun

_N = TypeVar("_N", bound=Noun)
RUN, PREDICTIONS, SCORES, BASELINES = "run.json", "predictions.jsonl", "scores.json", "baselines"


class Run(Noun):
    """`items` names the set of predicted items: a hash of their tasks and ids."""

    benchmark: str
    signature: Signature
    items: str = ""


def items_hash(rows: Sequence[Prediction]) -> str:
    return hashlib.sha256("\n".join(sorted(f"{row.task} {row.id}" for row in rows)).encode()).hexdigest()[:16]


class Scores(Noun):
    """`baseline`: "majority" and "blank" -> the same metrics without looking at the films. `unavailable`: a metric that
    could not be computed -> what it needs."""

    benchmark: str
    signature: Signature
    metrics: Sheet
    baseline: dict[str, Sheet]
    unavailable: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Predicted:
    """`baseline`: "majority" and "blank" -> their predictions."""

    run: Run
    rows: list[Prediction]
    baseline: dict[str, list[Prediction]]


def write_predicted(folder: Path, predicted: Predicted) -> None:
    """Scores and baselines that an earlier run left there go: they are not about these predictions."""
    (folder / SCORES).unlink(missing_ok=True)
    write_predictions(folder / PREDICTIONS, predicted.rows)
    for name, rows in predicted.baseline.items():
        write_predictions(_baseline(folder, name), rows)
    for path in (folder / BASELINES).glob("*.jsonl"):
        if path.stem not in predicted.baseline:
            path.unlink()
    run = predicted.run.model_copy(update={"items": items_hash(predicted.rows)})
    write_text(folder / RUN, run.model_dump_json(indent=2) + "\n")


def read_predicted(folder: Path) -> Predicted:
    """Raises SightlineError when the folder holds no complete prediction run, or items have come or gone since."""
    run = _read(folder / RUN, Run)
    rows = read_predictions(folder / PREDICTIONS)
    if items_hash(rows) != run.items:
        raise SightlineError(
            f"`{folder / PREDICTIONS}`: {len(rows)} items, not those that {RUN} was written for; predict again."
        )
    baselines = {path.stem: read_predictions(path) for path in sorted((folder / BASELINES).glob("*.jsonl"))}
    return Predicted(run, rows, baselines)


def write_scores(folder: Path, scores: Scores) -> Path:
    write_text(folder / SCORES, scores.model_dump_json(indent=2) + "\n")
    return folder / SCORES


def read_scores(folder: Path) -> Scores:
    """Raises SightlineError when the folder holds no scores."""
    if (folder / RUN).exists() and not (folder / SCORES).exists():
        raise SightlineError(f"`{folder}`: holds predictions without scores, run `sightline eval score` on it first.")
    return _read(folder / SCORES, Scores)


def _baseline(folder: Path, name: str) -> Path:
    return folder / BASELINES / f"{name}.jsonl"


def _read(path: Path, noun: type[_N]) -> _N:
    try:
        return noun.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SightlineError(
            f"`{path}`: cannot be read ({error.strerror}), name the folder of an evaluation."
        ) from error
    except ValidationError as error:
        reason = error.errors()[0]
        where = ".".join(str(part) for part in reason["loc"]) or "the file"
        raise SightlineError(f"`{path}`: {where}: {reason['msg']}; evaluate again.") from None
