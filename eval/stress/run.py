"""Every stress test there is, and a run of some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.benchmarks import Benchmark
from eval.predict import Progress
from eval.stress.corruptions import stress_corruptions
from eval.stress.masking import stress_masking
from eval.stress.paraphrases import stress_paraphrases
from eval.stress.reliance import stress_reliance
from eval.stress.shifts import stress_shifts
from eval.stress.subgroups import subgroups
from eval.stress.support import stress_support
from eval.stress.table import StressTable
from eval.stress.trial import Trial
from mllm.draft.calibration.record import Calibration
from mllm.engine.protocol import Engine
from mllm.model.perception import Perception
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError

STUDIES = 100
"""The sample of studies that is enough for most: all tests together then take minutes on a laptop."""


def stress_subgroups(trial: Trial) -> list[StressTable]:
    table = subgroups(trial.benchmark.headlines, trial.clean, trial.seed)
    return [table] if table.rows else []


STRESS_TESTS: dict[str, Callable[[Trial], list[StressTable]]] = {
    "reliance": stress_reliance,
    "corruptions": stress_corruptions,
    "masking": stress_masking,
    "paraphrases": stress_paraphrases,
    "shifts": stress_shifts,
    "subgroups": stress_subgroups,
    "support": stress_support,
}
"""A test that has nothing to work on (no boxes, no yes/no questions, no subgroups, no heads) gives no table."""


def known_tests(names: Sequence[str]) -> Sequence[str]:
    """`names`. Raises SightlineError for one that is not known, before anything is predicted."""
    for name in names:
        if name not in STRESS_TESTS:
            raise SightlineError(f"`{name}`: no such stress test, choose one of {', '.join(STRESS_TESTS)}.")
    return names


def run_stress(
    benchmark: Benchmark,
    data: Dataset,
    engine: Engine,
    perception: Perception | None,
    tests: Sequence[str] = tuple(STRESS_TESTS),
    seed: int = 0,
    progress: Progress = lambda stage, more: None,
    calibration: Calibration | None = None,
) -> list[StressTable]:
    """The tables of `tests`, in order. Films are predicted once as they are, for all tests.

    Raises SightlineError for an unknown test, or a model that answers nothing.
    """
    known_tests(tests)
    trial = Trial(benchmark, data, engine, perception, calibration, seed, progress)
    tables = [table for name in tests for table in STRESS_TESTS[name](trial)]
    if not tables:
        raise SightlineError(
            f"`{benchmark.name}`: {', '.join(tests)} found nothing to test in this data, choose other tests."
        )
    return tables
