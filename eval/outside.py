"""Predictions made elsewhere, by any model: matched with the items of the benchmark, then scored like our own.

A line needs `id` and `prediction` (a text, or null where the model failed), and `task` where an id stands for several
tasks; `probability` is that of "yes" for yes/no questions. Boxes stand in the text, in the markup of `mllm.boxes`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from eval.baselines import known_of, majority
from eval.benchmarks import Benchmark, benchmark_named
from eval.folder import Predicted, Run, write_predicted
from eval.grounded import drawn_boxes, written_report
from eval.items import blank_answer, blank_grounding, blank_report, numbered
from eval.prediction import Prediction, read_lines
from eval.selection import Taken, take
from eval.signature import sign
from mllm.boxes import Frame
from mllm.prompts import study_frames
from radiology.datasets.grounding import GROUND
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import ModelInfo, Noun


class Outside(Noun):
    """One line of a file of predictions; what else stands in it is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    task: str | None = None
    prediction: str | None
    probability: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)


FRAME = 1000
"""Side in px of the square that boxes in the text refer to; as they are fractions, only rounding depends on it."""


def take_predictions(file: Path, name: str, data: Path, out: Path, taken: Taken, model: str) -> Path:
    """Write the predictions of `file` on benchmark `name` into the folder `out`, as if predicted here; gives `out`.

    There is no model here to show black films to, so the majority is the only baseline. Raises SightlineError for
    items that are missing, unknown or stand twice, and for lines that are no prediction.
    """
    benchmark = benchmark_named(name)
    with tempfile.TemporaryDirectory(prefix="sightline-") as workdir:
        everything = benchmark.load(data, Path(workdir))
        chosen = take(everything, taken, str(data))
    rows = _with_boxes(matched(read_outside(file), blank_rows(benchmark, chosen), str(file)), benchmark, chosen)
    knowledge = known_of(everything, chosen, taken.split)
    info = ModelInfo(id=model, hash="unknown")
    run = Run(benchmark=name, signature=sign(chosen, taken, info, knowledge.signed(0), benchmark.asked))
    known = majority(rows, knowledge.data, benchmark.truth)
    write_predicted(out, Predicted(run, rows, {"majority": known}))
    return out


def blank_rows(benchmark: Benchmark, data: Dataset) -> list[Prediction]:
    """Every item of `data` as it stands before anything has been predicted."""
    studies = {case.study.study_id: case.study for case in data.cases}
    reports = [blank_report(case, benchmark.reports) for case in data.cases] if benchmark.reports else []
    asked = [
        (blank_grounding if question.topic == GROUND else blank_answer)(number, question, studies[question.study_id])
        for number, question in numbered(data.questions)
    ]
    return reports + asked


def read_outside(path: Path) -> list[Outside]:
    """Raises SightlineError naming the first line that is no prediction."""
    return [_read(line, f"`{path}`: line {number}") for number, line in enumerate(read_lines(path), 1) if line.strip()]


def _read(line: str, where: str) -> Outside:
    try:
        return Outside.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "no prediction"
        raise SightlineError(
            f"{where}: {field}: {first['msg']}; write `id` and `prediction`, and a `probability` from 0 to 1 if known."
        ) from None


def matched(said: Sequence[Outside], blanks: Sequence[Prediction], name: str) -> list[Prediction]:
    """`blanks` with what was said of each. Raises SightlineError unless both hold the same items, each once."""
    tasks: dict[str, list[str]] = {}
    for blank in blanks:
        tasks.setdefault(blank.id, []).append(blank.task)
    by_key: dict[tuple[str, str], Outside] = {}
    for line in said:
        key = (_task(line, tasks, name), line.id)
        if key in by_key:
            raise SightlineError(f"`{name}`: id {line.id} stands twice in task {key[0]}, keep one of them.")
        by_key[key] = line
    missing = [blank for blank in blanks if blank.key not in by_key]
    if missing:
        raise SightlineError(
            f"`{name}`: {len(missing)} of {len(blanks)} items have no prediction, {missing[0].id} of task "
            f"{missing[0].task} is the first; give each one a line, with null where the model failed."
        )
    return [_said(blank, by_key[blank.key]) for blank in blanks]


def _task(line: Outside, tasks: dict[str, list[str]], name: str) -> str:
    known = tasks.get(line.id, [])
    if line.task in known:
        return line.task or ""
    if line.task is None and len(known) == 1:
        return known[0]
    if known:
        raise SightlineError(
            f"`{name}`: id {line.id} has {line.task or 'nothing'} as its `task`, give one of {', '.join(known)}."
        )
    raise SightlineError(f"`{name}`: id {line.id} is no item of the data, use the ids of its studies and questions.")


def _said(blank: Prediction, line: Outside) -> Prediction:
    text = (line.prediction or "").strip() or None
    return blank.model_copy(update={"prediction": text, "probability": line.probability})


def _with_boxes(rows: Iterable[Prediction], benchmark: Benchmark, data: Dataset) -> list[Prediction]:
    """Reports with their findings read from the text, and the boxes of reports and phrases."""
    frames = {case.study.study_id: study_frames(case.study, FRAME) for case in data.cases}
    return [_parsed(row, benchmark, frames[row.study_id]) for row in rows]


def _parsed(row: Prediction, benchmark: Benchmark, frames: Sequence[Frame]) -> Prediction:
    if row.prediction is not None and row.task == "report" and benchmark.reports is not None:
        return written_report(row, benchmark.reports.section(row.prediction), frames)
    if row.prediction is not None and row.task == "ground":
        return drawn_boxes(row, row.prediction, frames)
    return row
