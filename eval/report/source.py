"""What an evaluation folder holds for its page: scores, predictions, stress tables, and when they were written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.folder import PREDICTIONS, SCORES, Scores, read_scores
from eval.prediction import Prediction, read_predictions
from eval.stress.folder import STRESS
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
    tables = read_tables(folder / STRESS) if (folder / STRESS).exists() else ()
    return Source(scores, rows, tables, (_written(folder / PREDICTIONS), _written(folder / SCORES)))


def read_tables(path: Path) -> tuple[StressTable, ...]:
    """A JSON list of stress tables. Raises SightlineError."""
    try:
        tables = TypeAdapter(tuple[StressTable, ...]).validate_json(path.read_bytes())
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be read ({error.strerror}), check its permissions.") from error
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise SightlineError(f"`{path}`: is no list of stress tables ({reason}), run the stress tests again.") from None
    for table in tables:
        if any(len(row.labels) != len(table.columns) for row in table.rows):
            raise SightlineError(f"`{path}`: a row of {table.name} has not one label a column, run them again.")
    return tables


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
