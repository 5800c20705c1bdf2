"""Films that are worse than those of the benchmark: ten corruptions, all but one in five severities.

After Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and Perturbations (ICLR
2019), with severities of our own for films. They are applied to the square that the model sees, and drawn by the study:
a stronger corruption goes the same way as a weaker one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eval.items import Look, Reports, blank_answer, blank_grounding, blank_report
from eval.metrics.table import METRICS
from eval.prediction import Prediction
from eval.sheet import Line
from eval.stress import images
from eval.stress.images import Film, Random
from eval.stress.joint import joint_scores, usable
from eval.stress.looks import changed
from eval.stress.table import StressRow, StressTable, estimated
from eval.stress.trial import Trial
from radiology.datasets.grounding import GROUND
from radiology.datasets.table import Dataset
from radiology.study import Question, Study


@dataclass(frozen=True)
class Corruption:
    """`severities` are the values of `parameter` from the weakest to the strongest."""

    name: str
    parameter: str
    severities: tuple[float, ...]
    apply: Callable[[Film, float, Random], Film]


_CORRUPTIONS = (
    Corruption("noise", "standard deviation in grey levels", (8, 16, 26, 38, 55), images.noisy),
    Corruption("blur", "sigma, share of the side", (0.003, 0.006, 0.010, 0.016, 0.025), images.blurred),
    Corruption("contrast", "factor", (0.75, 0.55, 0.4, 0.28, 0.18), images.flattened),
    Corruption("exposure", "gamma or its inverse", (1.25, 1.6, 2.0, 2.6, 3.4), images.exposed),
    Corruption("jpeg", "quality", (50, 30, 18, 10, 5), images.compressed),
    Corruption("resolution", "reduced by", (2, 3, 4, 6, 8), images.coarsened),
    Corruption("rotation", "degrees", (3, 6, 10, 16, 25), images.rotated),
    Corruption("displacement", "share of the side", (0.03, 0.06, 0.10, 0.15, 0.22), images.displaced),
    Corruption("stamp", "height of bar and text, share of the side", (0.04, 0.08, 0.12, 0.17, 0.24), images.stamped),
    Corruption("inversion", "black and white exchanged", (1,), images.inverted),
)

CORRUPTIONS: dict[str, Corruption] = {corruption.name: corruption for corruption in _CORRUPTIONS}

Key = tuple[str, str]
"""Corruption and severity ("1" to "5"); ("none", "0") are the films as they are."""
CLEAN: Key = ("none", "0")


def corrupted(see: Look, corruption: Corruption, amount: float, seed: int) -> Look:
    """What `see` shows, corrupted."""
    return changed(see, lambda film, rng: corruption.apply(film, amount, rng), seed)


def stress_corruptions(trial: Trial) -> list[StressTable]:
    """The benchmark's first metric under each corruption and severity, and the mean of each relative to clean films."""
    line = next(iter(usable(trial.benchmark.headlines, trial.clean)), None)
    if line is None:
        return []
    data, reports = asked_by(line, trial.data, trial.benchmark.reports)
    sets: dict[Key, list[Prediction]] = {CLEAN: _own(line, trial.clean)}
    for corruption in CORRUPTIONS.values():
        for severity, amount in enumerate(corruption.severities, start=1):
            see = corrupted(trial.look, corruption, amount, trial.seed)
            rows = trial.predict(see, f"{corruption.name} {severity}", data, reports)
            sets[corruption.name, str(severity)] = _own(line, rows)
    return tables(line, sets, trial.seed)


def asked_by(line: Line, data: Dataset, reports: Reports | None) -> tuple[Dataset, bool]:
    """The part of `data` whose answers `line` scores, and whether it scores reports: nothing else need be asked."""
    studies = {case.study.study_id: case.study for case in data.cases}
    questions = tuple(q for i, q in enumerate(data.questions) if line.of(_blank(i, q, studies[q.study_id])))
    written = reports is not None and any(line.of(blank_report(case, reports)) for case in data.cases)
    return replace(data, questions=questions), written


def _blank(number: int, question: Question, study: Study) -> Prediction:
    return (blank_grounding if question.topic == GROUND else blank_answer)(number, question, study)


def _own(line: Line, rows: Sequence[Prediction]) -> list[Prediction]:
    return [row for row in rows if line.of(row)]


def tables(line: Line, sets: dict[Key, list[Prediction]], seed: int) -> list[StressTable]:
    """Scores of every set, which must hold `CLEAN`, and their means over the severities relative to it."""
    metric = METRICS[line.metric]
    scores = dict(zip(sets, joint_scores(metric.score, list(sets.values()), seed), strict=True))
    rows = [estimated(key, values, metric.size(sets[key])) for key, values in scores.items()]
    return [
        StressTable(
            name="corruptions",
            title=f"Corrupted films: {line.name}",
            columns=("corruption", "severity"),
            rows=tuple(rows),
            across="severity",
            notes=(_parameters(),),
        ),
        StressTable(
            name="corruptions_relative",
            title=f"Corrupted films: mean {line.name} relative to clean films",
            columns=("corruption",),
            rows=tuple(_relative(scores, metric.size(sets[CLEAN]))),
            notes=(
                "Mean over the severities; 1 is as good as clean. `all` is the mean of those with five severities.",
            ),
        ),
    ]


def _relative(scores: dict[Key, np.ndarray], n: int) -> list[StressRow]:
    names = dict.fromkeys(name for name, _ in scores if name != CLEAN[0])
    graded = {name: np.stack([v for (own, _), v in scores.items() if own == name]) for name in names}
    with np.errstate(divide="ignore", invalid="ignore"):
        means = {name: _finite(values.mean(axis=0) / scores[CLEAN]) for name, values in graded.items()}
    several = [means[name] for name, values in graded.items() if len(values) > 1]
    rows = [estimated((name,), values, n) for name, values in means.items()]
    return [*rows, estimated(("all",), np.mean(several, axis=0), n)] if several else rows


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _parameters() -> str:
    said = [f"{c.name} ({c.parameter}: {', '.join(f'{s:g}' for s in c.severities)})" for c in CORRUPTIONS.values()]
    return f"Severities: {'; '.join(said)}. Rotation and displacement move the film away from its true boxes."
