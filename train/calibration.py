"""Calibrates a model folder: python -m train.calibration [MODEL] [--data DATA]. It replaces `calibration.json` there.

Judged are validation phantoms of both versions and, where the folder of real data is there, NIH films of half of the
patients who are kept from training; the other half is for measuring (`benchmarks/calibration.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mllm.draft.assistant import Assistant
from mllm.draft.calibrate import calibrate, for_calibration
from mllm.draft.calibration.fitting import COVERAGE, RISK
from mllm.engine.opening import open_engine
from mllm.model.bundled import MINI
from mllm.model.heads import open_perception
from radiology.datasets.jsonl import read_cases
from radiology.datasets.split import split_of
from radiology.datasets.table import SOURCES
from radiology.phantom.cohort import VERSIONS, Cohort, write_cohort
from radiology.study import Case
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from retrieval.context.opening import open_cases
from train.measure import say
from train.shelf import LEARNT_VERSION

CASE_SEED = 700_000_000
SEEDS = {"1": 800_600_000, "2": 800_500_000}
"""Version of the phantoms -> first seed of those that are judged."""
VISITS = (1, 2)
NIH = Path("nih/trainval.parquet")


@dataclass(frozen=True)
class Amount:
    """Patients among the phantoms of the version that models learn from, and of each other one; cases at hand; at most
    so many NIH films."""

    learnt: int = 400
    other: int = 150
    cases: int = 400
    films: int | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m train.calibration", description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=MINI, help="model folder, the bundled one without")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SIGHTLINE_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=Path("runs/calibration"), help="folder for phantoms and cases")
    parser.add_argument("-n", type=int, default=Amount.learnt, help="phantom patients, and cases at hand")
    parser.add_argument("--risk", type=float, default=RISK, help="share of standing sentences that may be wrong")
    parser.add_argument("--coverage", type=float, default=COVERAGE, help="of the prediction sets")
    chosen = parser.parse_args(arguments)
    amount = Amount(chosen.n, max(1, chosen.n * Amount.other // Amount.learnt), chosen.n)
    path = calibrate_folder(chosen.model, chosen.work, chosen.data, amount, chosen.coverage, chosen.risk)
    say(f"the calibration is in {path}")


def calibrate_folder(
    model: Path, work: Path, data: Path, amount: Amount, coverage: float = COVERAGE, risk: float = RISK
) -> Path:
    """Calibrate the model in `model`, with a case base of phantoms at hand for half of the drafts.

    Raises SightlineError where the model says nothing that can be judged.
    """
    perception = open_perception(model)
    films = write_cohort(work / "case-films", Cohort(amount.cases, CASE_SEED, version=LEARNT_VERSION))
    build_cases(read_cases(films), Tower(perception), work / "cases")
    assistant = Assistant(open_engine(str(model)), perception, open_cases(work / "cases", perception))
    sets = {**phantom_sets(work, amount), **nih_sets(work, data, True, amount.films)}
    made = calibrate(assistant, sets, coverage, risk, progress=lambda done, of: say(f"calibration: {done} of {of}"))
    return made.save(model)


def phantom_sets(work: Path, amount: Amount) -> dict[str, list[Case]]:
    """Validation phantoms, a set a version."""
    counts = {version: amount.learnt if version == LEARNT_VERSION else amount.other for version in VERSIONS}
    return {
        f"phantom {version}": read_cases(
            write_cohort(work / f"phantom-{version}", Cohort(n, SEEDS[version], visits=VISITS, version=version))
        )
        for version, n in counts.items()
    }


def nih_sets(work: Path, data: Path, calibrating: bool, most: int | None = None) -> dict[str, list[Case]]:
    """The NIH films of the validation patients: of those to calibrate on, or of those to measure on, in an order that
    says nothing of their labels. Nothing where the folder of real data lacks them."""
    if not (data / NIH).exists():
        say(f"{data / NIH}: no such file, so nothing is said of real films")
        return {}
    folder = work / "nih"
    folder.mkdir(parents=True, exist_ok=True)
    cases = [
        case
        for case in SOURCES["nih"].load(data / NIH, folder).cases
        if split_of(case.study.patient_id) == "val" and for_calibration(case.study.patient_id) is calibrating
    ]
    return {"nih": sorted(cases, key=_shuffled)[:most]}


def _shuffled(case: Case) -> str:
    return hashlib.sha256(case.study.patient_id.encode()).hexdigest()


if __name__ == "__main__":
    main()
