"""What an evaluation folder holds for its page: scores, predictions, stress tables, and when they were written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval.folder import PREDICTIONS, SCORES, Scores, read_scores
from eval.prediction import Prediction, read_predictions
from eval.stress.folder import STRESS, read_stress
from eval.stress.table import StressTable
from radiology.errors import SightlineError


@dataclass(frozen=True)
class Source:
    """`written`: when the predictions and the scores were, UTC."""

    scores: Scores
    rows: tuple[Prediction, ...]
    tables: tuple[StressTable, ...]
    written: tuple[datetime, datetime]


def read_source(folder: Path) -> Source:
    """Raises SightlineError when the folder holds no scored evaluation, or a file that is not as it should be."""
    scores = read_scores(folder)
    rows = tuple(read_predictions(folder / PREDICTIONS))
    return Source(scores, rows, _tables(folder, scores), (_written(folder / PREDICTIONS), _written(folder / SCORES)))


def _tables(folder: Path, scores: Scores) -> tuple[StressTable, ...]:
    """The stress tables of the model that was scored. Raises SightlineError for those of another one."""
    if not (folder / STRESS).exists():
        return ()
    run = read_stress(folder)
    if (run.benchmark, run.model.hash) != (scores.benchmark, scores.signature.model.hash):
        raise SightlineError(
            f"`{folder / STRESS}`: is of {run.model.id} on {run.benchmark}, not of what was scored; "
            "run the stress tests again or remove it."
        )
    return run.tables


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
