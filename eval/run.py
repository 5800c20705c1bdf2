"""Predict once, score, and set the blind baselines beside: `predictions.jsonl` and `scores.json`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from eval.baselines import majority
from eval.benchmarks import Benchmark, benchmark_named
from eval.heads import predict_heads
from eval.items import look, look_at_nothing
from eval.predict import Progress, predict
from eval.prediction import Prediction, write_predictions, write_text
from eval.selection import keep, split_by_rule, split_label, take_sample, take_split
from eval.sheet import Sheet, score_sheet
from eval.signature import Baselines, Signature, sign
from mllm.engine.protocol import Engine
from mllm.model.perception import Perception
from radiology.datasets.table import Dataset
from radiology.study import Noun

SEED = 0
"""Of the sample that a limit draws and of the bootstrap."""
BLANK_STUDIES = 200
BLANK_QUESTIONS = 4000
"""Black films are shown for a seeded sample of studies: at most so many, or with about so many questions."""


class Scores(Noun):
    """`baseline`: "majority" and "blank" -> the same metrics without looking at the films."""

    benchmark: str
    signature: Signature
    metrics: Sheet
    baseline: dict[str, Sheet]


@dataclass(frozen=True)
class Evaluation:
    scores: Scores
    predictions: list[Prediction]


def run_benchmark(
    name: str,
    data: Path,
    out: Path,
    model: str = "mini",
    split: str = "all",
    limit: int | None = None,
    load: str | None = None,
) -> Path:
    """Evaluate `model` on benchmark `name`, with progress on stderr; gives the path of `scores.json`.

    Raises SightlineError for an unknown benchmark, data that is not its own, an empty split, or a model that answers
    nothing.
    """
    from mllm.engine.opening import open_engine
    from mllm.model.heads import perception_of

    benchmark = benchmark_named(name)
    with tempfile.TemporaryDirectory(prefix="sightline-") as workdir:
        everything = benchmark.load(data, Path(workdir))
        chosen = take_sample(take_split(everything, split, str(data)), limit, SEED)
        engine = open_engine(model, load)
        perception = perception_of(model) if benchmark.head_findings else None
        result = evaluate(benchmark, everything, chosen, split, limit, engine, perception, _counter())
    write_predictions(out / "predictions.jsonl", result.predictions)
    write_text(out / "scores.json", result.scores.model_dump_json(indent=2) + "\n")
    return out / "scores.json"


def evaluate(
    benchmark: Benchmark,
    everything: Dataset,
    chosen: Dataset,
    split: str,
    limit: int | None,
    engine: Engine,
    perception: Perception | None = None,
    progress: Progress = lambda stage, more: None,
) -> Evaluation:
    """Predict and score `chosen`, a part of `everything`: what is left over may teach the majority baseline."""
    rows = predict(chosen, engine, look, benchmark.reports, progress=progress)
    sampled = take_sample(chosen, _blank_limit(chosen), SEED)
    blank = predict(sampled, engine, look_at_nothing, benchmark.reports, progress=progress)
    taught = keep(everything, [c for c in everything.cases if split in ("val", "test") and split_by_rule(c) == "train"])
    knowledge = taught if taught.cases else chosen
    baseline = {"majority": majority(rows, knowledge), "blank": blank}
    if perception is not None:
        rows = rows + predict_heads(chosen, perception, benchmark.head_findings, progress)
    used = Baselines(
        majority_from="train split" if taught.cases else "evaluated set, other studies",
        majority_n=len(knowledge.cases),
        blank_n=len(sampled.cases),
    )
    scores = Scores(
        benchmark=benchmark.name,
        signature=sign(chosen, split_label(chosen, split), limit, SEED, engine.info, used),
        metrics=score_sheet(benchmark.lines, rows, seed=SEED),
        baseline={name: score_sheet(benchmark.lines, those, seed=SEED) for name, those in baseline.items()},
    )
    return Evaluation(scores, rows)


def _blank_limit(data: Dataset) -> int:
    per_study = max(len(data.questions) / len(data.cases), 1)
    return max(min(BLANK_STUDIES, int(BLANK_QUESTIONS / per_study)), 1)


def _counter() -> Progress:
    """Counts what is done of each stage on stderr."""
    done: Counter[str] = Counter()

    def show(stage: str, more: int) -> None:
        done[stage] += more
        sys.stderr.write(f"\r{stage}: {done[stage]}\033[K")
        sys.stderr.flush()

    return show
