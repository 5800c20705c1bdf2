"""Watch a model on unseen phantoms and on real films, and leave the tables in a folder: `trust.json`, `trust.md`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eval.prediction import make_folder, write_text
from eval.stress.table import StressRun
from eval.trust.tables import all_tables
from eval.trust.watch import Watched, watch
from mllm.console import stage_counter
from mllm.draft.opening import open_assistant
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Case

TRUST, TEXT = "trust.json", "trust.md"
SEEDS = {"1": 900_400_000, "2": 900_450_000}
"""Version of the phantoms -> first seed of those that are watched."""
PHANTOMS = 500


def trust(model: str, out: Path, phantoms: int, real: Mapping[str, Sequence[Case]]) -> Path:
    """Watch `phantoms` phantoms of each version and the `real` cases; gives the Markdown's path.

    Raises SightlineError for a model that cannot be opened.
    """
    assistant, progress = open_assistant(model), stage_counter()
    make_folder(out)
    sets = {**{f"phantom {version}": _phantoms(out, version, phantoms) for version in SEEDS}, **real}
    watched: list[Watched] = []
    for name, cases in sets.items():
        watched.append(watch(assistant, name, cases, _each(progress, name)))
    run = StressRun(
        benchmark="trust",
        model=assistant.engine.info,
        split_hash="",
        part=", ".join(f"{each.films} {each.name}" for each in watched),
        n=sum(each.films for each in watched),
        tables=tuple(all_tables(watched)),
    )
    write_text(out / TRUST, run.model_dump_json(indent=1) + "\n")
    write_text(out / TEXT, run.to_markdown())
    return out / TEXT


def _phantoms(out: Path, version: str, n: int) -> list[Case]:
    return read_cases(write_cohort(out / "work" / f"phantom-{version}", Cohort(n, SEEDS[version], version=version)))


def _each(progress: Callable[[str, int], None], name: str) -> Callable[[int], None]:
    """Count one more of `name` whenever it is called."""
    return lambda done: progress(name, 1)
