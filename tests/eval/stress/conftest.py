"""Films with a bright spot on either side, or none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from eval.benchmarks import Benchmark
from eval.items import Reports
from eval.sheet import Line, task
from eval.stress.trial import Trial
from radiology.datasets.table import Dataset
from radiology.phantom.questions import closed_question
from radiology.study import Box, Case, Certainty, Finding, Projection, Question, Side, Study, View
from tests.eval.stress.watcher import EFFUSION, Watcher, WatchingHeads

WIDTH, HEIGHT = 64, 52
SPOT = 10
PLACES = {Side.LEFT: (44, 30), Side.RIGHT: (10, 30)}
"""Left and upper edge of the spot."""


def film(side: Side | None, seed: int) -> NDArray[np.uint8]:
    """A dark gradient with a little noise and, on `side`, a bright spot."""
    down, _ = np.mgrid[0:HEIGHT, 0:WIDTH]
    pixels = 60 + down + np.random.default_rng(seed).normal(0, 3, (HEIGHT, WIDTH))
    if side is not None:
        x, y = PLACES[side]
        pixels[y : y + SPOT, x : x + SPOT] = 240
    clipped: NDArray[np.uint8] = np.clip(pixels, 0, 255).astype(np.uint8)
    return clipped


def case(folder: Path, number: int, side: Side | None) -> Case:
    path = folder / f"{number}.png"
    Image.fromarray(film(side, number)).save(path)
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=WIDTH, height=HEIGHT)
    study = Study(study_id=f"s{number:02}", patient_id=f"p{number}", views=(view,), sex="F" if number % 2 else "M")
    return Case(study=study, findings=(_finding(side), Finding(name="nodule", certainty=Certainty.ABSENT)))


def _finding(side: Side | None) -> Finding:
    if side is None:
        return Finding(name=EFFUSION, certainty=Certainty.ABSENT)
    x, y = PLACES[side]
    box = Box(view="frontal", x0=x / WIDTH, y0=y / HEIGHT, x1=(x + SPOT) / WIDTH, y1=(y + SPOT) / HEIGHT)
    return Finding(name=EFFUSION, side=side, boxes=(box,))


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    """Eight studies with an effusion, four on each side, and eight without; two questions about each."""
    sides = (Side.LEFT, None, Side.RIGHT, None) * 4
    cases = tuple(case(tmp_path, number, side) for number, side in enumerate(sides))
    closed = (closed_question(c.study.study_id, EFFUSION, bool(c.present)) for c in cases)
    free = (
        Question(study_id=c.study.study_id, text="What is seen?", answer=a, kind="open", topic="open")
        for c in cases
        for a in ("effusion" if c.present else "none",)
    )
    return Dataset(cases, (*closed, *free), {})


@pytest.fixture
def benchmark() -> Benchmark:
    names = ("finding_micro_f1", "side_accuracy", "grounded_f1_50")
    answers = (Line("closed_accuracy", "accuracy", task("closed")), Line("open_accuracy", "accuracy", task("open")))
    lines = (*(Line(name, name, task("report")) for name in names), *answers)
    return Benchmark("spots", "Films with a spot.", "jsonl", "none", lines, reports=Reports())


@pytest.fixture
def trial(benchmark: Benchmark, data: Dataset) -> Trial:
    return Trial(benchmark, data, Watcher(), WatchingHeads())
