"""What the bundled model's card reports: benchmarks and stress tests, each with the command a user would give.

Scores and tables that were made for the same weights before are kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.folder import SCORES
from eval.run import run_benchmark
from eval.selection import Taken
from eval.stress.folder import STRESS, stress_benchmark
from mllm.model.loading import weights_hash
from radiology.errors import SightlineError
from radiology.phantom.cohort import VERSIONS, Cohort, write_cohort
from train.shelf import LEARNT_VERSION

MEASURED = {
    "nih": ("nih/trainval.parquet", "val"),
    "kermany": ("kermany/train.parquet", "val"),
    "vqa_rad": ("vqa_rad/train.parquet", "val"),
    "vqa_med_2019": ("vqa_med_2019/val.parquet", "all"),
}
"""Benchmark -> file below the folder of real data, and split."""
STRESSED = {
    "phantom": ("reliance", "corruptions", "masking", "paraphrases", "shifts", "support"),
    "nih": ("reliance", "paraphrases", "subgroups"),
}
TEST_SEED, VISITS_SEED, VISITS = 900_200_000, 900_300_000, (2, 3)


@dataclass(frozen=True)
class Extent:
    """Test phantoms, patients seen several times, studies of a stress test, and at most so many of each benchmark."""

    phantoms: int = 2_000
    patients: int = 250
    stressed: int = 200
    limit: int | None = None


@dataclass(frozen=True)
class Task:
    """One benchmark: its data, and how a user makes the data (`make`) and calls it (`called`).

    `version` of phantoms: the stress tests are of those that models learn from.
    """

    name: str
    data: Path
    split: str
    called: str
    make: str = ""
    version: str = ""

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}" if self.version else self.name

    def command(self, verb: str, options: str) -> str:
        return f"{self.make}sightline eval {verb} {self.name} --data {self.called} --split {self.split}{options} -o OUT"


Made = list[tuple[str, Path]]
"""(command, file it has written)."""


def measure(out: Path, model: Path, data: Path, extent: Extent) -> tuple[Made, Made]:
    """The scores of all benchmarks and the tables of all stress tests, below `out`."""
    tasks = list(_tasks(out, data, extent))
    scores = [made for task in tasks for made in _score(out / "scores" / task.folder, model, task, extent.limit)]
    tables = [
        made
        for task in tasks
        if task.name in STRESSED and task.version in ("", LEARNT_VERSION)
        for made in _stress(out / "scores" / task.folder, model, task, extent.stressed)
    ]
    return scores, tables


def is_of(file: Path, model: Path, made_for: Callable[[Any], str]) -> bool:
    """Whether the JSON `file` is there and was made for the weights of `model`."""
    return file.exists() and made_for(json.loads(file.read_text())) == weights_hash(model)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _tasks(out: Path, data: Path, extent: Extent) -> Iterator[Task]:
    for version in VERSIONS:
        yield from _phantom_tasks(out, extent, version)
    for name, (file, split) in MEASURED.items() if data.is_dir() else ():
        yield Task(name, data / file, split, Path(file).name)


def _phantom_tasks(out: Path, extent: Extent, version: str) -> Iterator[Task]:
    once, often = out / f"test-{version}", out / f"visits-{version}"
    write_cohort(once, Cohort(extent.phantoms, TEST_SEED, version=version))
    write_cohort(often, Cohort(extent.patients, VISITS_SEED, visits=VISITS, version=version))
    made = f"sightline phantom --phantom-version {version}"
    single = f"{made} -n {extent.phantoms} --seed {TEST_SEED} -o DATA && "
    several = f"{made} --patients {extent.patients} --visits 2-3 --seed {VISITS_SEED} -o DATA && "
    yield Task("phantom", once, "all", "DATA", single, version)
    yield Task("phantom-longitudinal", often, "all", "DATA", several, version)


def _score(folder: Path, model: Path, task: Task, limit: int | None) -> Made:
    """Nothing for a model too young to answer."""
    command = task.command("run", "")
    if is_of(folder / SCORES, model, lambda made: made["signature"]["model"]["hash"]):
        return [(command, folder / SCORES)]
    try:
        return [(command, run_benchmark(task.name, task.data, folder, str(model), task.split, limit))]
    except SightlineError as error:
        say(f"{task.name}: not measured: {error}")
        return []


def _stress(folder: Path, model: Path, task: Task, studies: int) -> Made:
    tests = STRESSED[task.name]
    command = task.command("stress", f" --limit {studies}" + "".join(f" --test {test}" for test in tests))
    if not is_of(folder / STRESS, model, lambda made: made["model"]["hash"]):
        try:
            taken = Taken(split=task.split, limit=studies)
            stress_benchmark(task.name, task.data, folder, str(model), taken, tests=tests)
        except SightlineError as error:
            say(f"{task.name}: not stressed: {error}")
            return []
    return [(command, folder / STRESS)]
