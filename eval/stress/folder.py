"""Stress a model on a benchmark and leave the tables in a folder: `stress.json`, which the HTML page shows too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from eval.benchmarks import benchmark_named
from eval.prediction import make_folder, write_text
from eval.selection import Taken, part_label, split_hash, take
from eval.stress.run import STRESS_TESTS, known_tests, run_stress
from eval.stress.table import StressRun
from mllm.console import stage_counter
from radiology.errors import SightlineError

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
        chosen = take(benchmark.load(data, Path(workdir)), taken, str(data))
        make_folder(out)
        opened = open_assistant(model, load)
        tables = run_stress(
            benchmark, chosen, opened.engine, opened.perception, wanted, taken.seed, stage_counter(), opened.calibration
        )
    run = StressRun(
        benchmark=name,
        model=opened.engine.info,
        split_hash=split_hash(chosen),
        part=part_label(chosen, taken.split),
        n=len(chosen.cases),
        tables=tuple(tables),
    )
    return write_stress(out, run)


def write_stress(folder: Path, run: StressRun) -> Path:
    """`stress.json` and `stress.md`; gives the latter."""
    write_text(folder / STRESS, run.model_dump_json(indent=1) + "\n")
    write_text(folder / TEXT, run.to_markdown())
    return folder / TEXT


def read_stress(folder: Path) -> StressRun:
    """Raises SightlineError for a file that is none of ours."""
    path = folder / STRESS
    try:
        run = StressRun.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SightlineError(f"`{path}`: cannot be read ({error.strerror}), check its permissions.") from error
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise SightlineError(f"`{path}`: holds no stress tables ({reason}), run the stress tests again.") from None
    for table in run.tables:
        if any(len(row.labels) != len(table.columns) for row in table.rows):
            raise SightlineError(f"`{path}`: a row of {table.name} has not one label a column, run them again.")
    return run
