"""What a stress test gets: a benchmark with its data, and the model under test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from eval.benchmarks import Benchmark
from eval.items import Look, look
from eval.predict import Progress, predict, refuse_silence
from eval.prediction import Prediction
from eval.stress.looks import remembered
from mllm.draft.calibration.record import Calibration
from mllm.engine.protocol import Engine
from mllm.model.perception import Perception
from radiology.datasets.table import Dataset


@dataclass(frozen=True)
class Trial:
    """`perception` and `calibration` are None where the model has none."""

    benchmark: Benchmark
    data: Dataset
    engine: Engine
    perception: Perception | None = None
    calibration: Calibration | None = None
    seed: int = 0
    progress: Progress = lambda stage, more: None

    @cached_property
    def look(self) -> Look:
        """The films as they are."""
        return remembered(look)

    @cached_property
    def clean(self) -> list[Prediction]:
        """All the benchmark asks, on the films as they are. Raises SightlineError when nothing is answered."""
        rows = self.predict(self.look, "original")
        refuse_silence(rows, self.engine.info.id)
        return rows

    def predict(self, see: Look, stage: str, data: Dataset | None = None, reports: bool = True) -> list[Prediction]:
        """All the benchmark asks about `data`, or without reports, on the films that `see` shows."""

        def progress(what: str, more: int) -> None:
            self.progress(f"{stage}, {what}", more)

        asked = self.benchmark.reports if reports else None
        return predict(self.data if data is None else data, self.engine, see, asked, progress=progress)
