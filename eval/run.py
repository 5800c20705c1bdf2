"""Predict once: a model's answers on a benchmark, the blind baselines beside, all in one folder; then score them."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from eval.baselines import known_of, majority
from eval.benchmarks import Benchmark, benchmark_named
from eval.folder import Predicted, Run, Scores, write_predicted
from eval.heads import predict_heads
from eval.items import Look, look, look_at_nothing
from eval.journal import Journal
from eval.judges.table import open_judges
from eval.predict import BATCH, Progress, predict, refuse_silence
from eval.prediction import Prediction
from eval.score import default_judges, judge, score, score_folder
from eval.selection import Taken, split_hash, take, take_sample
from eval.signature import sign
from mllm.console import stage_counter
from mllm.engine.protocol import Engine
from mllm.model.perception import Perception
from radiology.datasets.table import Dataset

SEED = 0
"""Of the sample that a limit draws and of the bootstrap."""
BLANK_STUDIES = 200
BLANK_QUESTIONS = 4000
"""Black films are shown for a seeded sample of studies: at most so many, or with about so many questions."""


@dataclass(frozen=True)
class Evaluation:
    scores: Scores
    predictions: list[Prediction]


@dataclass(frozen=True)
class Job:
    """One prediction run: `chosen` is a part of `everything`, and what is left over may teach the majority baseline.

    With a `folder` the answers are kept there as they come, so that an interrupted run goes on. `load` is how the
    model's weights were quantised.
    """

    benchmark: Benchmark
    everything: Dataset
    chosen: Dataset
    taken: Taken
    folder: Path | None = None
    load: str | None = None
    batch: int = BATCH
    progress: Progress = lambda stage, more: None

    def journal(self, name: str, data: Dataset, engine: Engine) -> Journal:
        if self.folder is None:
            return Journal()
        model = f"{engine.info.id} {engine.info.hash} {self.load or ''}".strip()
        run = f"{self.benchmark.name} {name} {split_hash(data)} {model}"
        return Journal(self.folder / f".{name}.part.jsonl", run)

    def predict(self, name: str, data: Dataset, engine: Engine, see: Look) -> list[Prediction]:
        journal = self.journal(name, data, engine)
        return predict(data, engine, see, self.benchmark.reports, self.batch, journal, self.progress)


def run_benchmark(
    name: str,
    data: Path,
    out: Path,
    model: str = "mini",
    split: str = "all",
    limit: int | None = None,
    load: str | None = None,
) -> Path:
    """Predict and score; gives the path of `scores.json`. Raises SightlineError, see `predict_benchmark`."""
    predict_benchmark(name, data, out, model, Taken(split=split, limit=limit, seed=SEED), load)
    return score_folder(out)


def predict_benchmark(
    name: str,
    data: Path,
    out: Path,
    model: str,
    taken: Taken,
    load: str | None = None,
    batch: int = BATCH,
) -> Path:
    """Write the predictions of `model` on benchmark `name`, with progress on stderr; gives the folder.

    An interrupted run goes on where it stopped. Raises SightlineError for an unknown benchmark, data that is not its
    own, an empty split, or a model that answers nothing.
    """
    from mllm.engine.opening import open_engine
    from mllm.model.heads import own_perception

    benchmark = benchmark_named(name)
    with tempfile.TemporaryDirectory(prefix="sightline-") as workdir:
        everything = benchmark.load(data, Path(workdir))
        chosen = take(everything, taken, str(data))
        engine = open_engine(model, load)
        perception = own_perception(model) if benchmark.head_findings else None
        job = Job(benchmark, everything, chosen, taken, out, load, batch, stage_counter())
        predicted = predict_all(job, engine, perception)
    write_predicted(out, predicted)
    failed = sum(row.failed for row in predicted.rows)
    sys.stderr.write(f"\n{failed} of {len(predicted.rows)} predictions failed\n" if failed else "\n")
    for part in out.glob(".*.part.jsonl"):
        part.unlink()
    return out


def predict_all(job: Job, engine: Engine, perception: Perception | None = None) -> Predicted:
    """The model's predictions, those of the heads where the benchmark asks for them, and the two blind baselines."""
    chosen = job.chosen
    rows = job.predict("predictions", chosen, engine, look)
    refuse_silence(rows, engine.info.id)
    sampled = take_sample(chosen, _blank_limit(chosen), SEED)
    blank = job.predict("blank", sampled, engine, look_at_nothing)
    knowledge = known_of(job.everything, chosen, job.taken.split)
    known = majority(rows, knowledge.data, job.benchmark.truth)
    if perception is not None:
        rows = rows + predict_heads(chosen, perception, job.benchmark.head_findings, job.progress)
    used = knowledge.signed(len(sampled.cases))
    signature = sign(chosen, job.taken, engine.info, used, job.benchmark.asked, job.load)
    return Predicted(Run(benchmark=job.benchmark.name, signature=signature), rows, {"majority": known, "blank": blank})


def evaluate(job: Job, engine: Engine, perception: Perception | None = None) -> Evaluation:
    """Predict and score without a folder."""
    predicted = predict_all(job, engine, perception)
    judged = judge(predicted, open_judges(default_judges(predicted)))
    return Evaluation(score(judged), judged.rows)


def _blank_limit(data: Dataset) -> int:
    per_study = max(len(data.questions) / len(data.cases), 1)
    return max(min(BLANK_STUDIES, int(BLANK_QUESTIONS / per_study)), 1)
