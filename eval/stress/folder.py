"""Stress a model on a benchmark and leave the tables in a folder: `stress.json`, which the HTML page shows too."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.benchmarks import benchmark_named
from eval.prediction import make_folder, write_text
from eval.selection import take_sample, take_split
from eval.signature import Taken
from eval.stress.run import STRESS_TESTS, known_tests, run_stress
from eval.stress.table import StressTable
from mllm.console import stage_counter

STRESS, TEXT = "stress.json", "stress.md"


def stress_benchmark(
    name: str,
    data: Path,
    out: Path,
    model: str,
    taken: Taken,
    load: str | None = None,
    tests: Sequence[str] = (),
) -> Path:
    """Run `tests` (none named: all) and write their tables as JSON and as Markdown; gives the Markdown's path.

    Raises SightlineError for an unknown benchmark or test, an empty split, or a model that answers nothing.
    """
    from mllm.draft.opening import open_assistant

    benchmark, wanted = benchmark_named(name), known_tests(tests or tuple(STRESS_TESTS))
    with tempfile.TemporaryDirectory(prefix="sightline-") as workdir:
        chosen = take_sample(
            take_split(benchmark.load(data, Path(workdir)), taken.split, str(data)), taken.limit, taken.seed
        )
        make_folder(out)
        opened = open_assistant(model, load)
        tables = run_stress(
            benchmark, chosen, opened.engine, opened.perception, wanted, taken.seed, stage_counter(), opened.calibration
        )
    about = f"{opened.engine.info.id} {opened.engine.info.hash[:12]} on {len(chosen.cases)} studies of {name}"
    return write_tables(out, tables, about)


def write_tables(folder: Path, tables: Sequence[StressTable], about: str) -> Path:
    """`stress.json` and, under a line that says what they are `about`, `stress.md`."""
    write_text(folder / STRESS, json.dumps([table.model_dump(mode="json") for table in tables], indent=1) + "\n")
    write_text(folder / TEXT, "\n".join((f"{about}.\n", *(table.to_markdown() for table in tables))))
    return folder / TEXT
