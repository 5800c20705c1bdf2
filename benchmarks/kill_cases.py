"""Does a case base outlive `kill -9`? python -m benchmarks.kill_cases [--kills 50] [--seed 0]

A child builds a base, then adds, changes and removes cases for ever, and says of each batch when it is on the disk. It
is killed at a random moment, again and again on the same base. After each kill `verify` must find no problem that it
does not repair, no case that was said to be stored may be missing, and none that was said to be removed may be back.
Exits with 1 where one is.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mllm.engine.protocol import GrayImage
from radiology.datasets.jsonl import read_cases, write_cases
from radiology.errors import SightlineError
from radiology.study import Case, Projection, Report, Study, View
from retrieval.cases.base import CaseBase, store_file
from retrieval.cases.build import build_cases
from retrieval.cases.remove import remove_cases
from retrieval.cases.verify import verify_cases
from retrieval.store.filter import Filter
from retrieval.store.store import CaseStore

SIDE, GRID = 96, 8
LONGEST = 3.0
"""Seconds of work before a kill, at most."""


class Mosaic:
    """Embeds a film by the means of GRID x GRID parts: no weights to load in a child that lives for a second."""

    id = "mosaic"
    width = GRID * GRID

    def images(self, images: Sequence[GrayImage]) -> NDArray[np.float32]:
        small = [Image.fromarray(image).resize((GRID, GRID), Image.Resampling.BOX) for image in images]
        rows = np.array([np.asarray(each, dtype=np.float32).ravel() + 1 for each in small])
        scaled: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return scaled


@dataclass
class Told:
    """What a child has said: studies that are surely stored, and that are surely not."""

    stored: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def hear(self, line: str) -> None:
        """`? ids`: about to be stored; `+ ids`: stored; `! ids`: about to be removed; `- ids`: removed."""
        mark, *studies = line.split()
        if mark == "?":
            self.gone -= set(studies)
        elif mark == "!":
            self.stored -= set(studies)
        else:
            (self.stored if mark == "+" else self.gone).update(studies)


def write_films(folder: Path, n: int) -> Path:
    """`n` cases whose films all differ."""
    folder.mkdir(parents=True, exist_ok=True)
    write_cases(folder / "studies.jsonl", [_case(folder, number) for number in range(n)])
    return folder / "studies.jsonl"


def _case(folder: Path, number: int) -> Case:
    coarse = np.random.default_rng(number).integers(20, 230, (20, 20), dtype=np.uint8)
    path = folder / f"{number}.png"
    Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(path)
    view = View(id="frontal", path=str(path), projection=Projection.PA, width=SIDE, height=SIDE)
    study = Study(study_id=f"s{number}", patient_id=f"p{number}", views=(view,))
    return Case(study=study, report=Report(findings=f"Report {number}."), split="train")


def work(studies: Path, folder: Path, seed: int) -> None:
    """Build, change and remove without an end, saying what is about to be done and what is done."""
    rng, cases = random.Random(seed), read_cases(studies)  # noqa: S311
    print("ready", flush=True)
    while True:
        changed = [_reworded(case, rng) for case in rng.sample(cases, len(cases) // 4)]
        for part in (cases, changed):
            _say("?", [case.study.study_id for case in part])
            build_cases(part, Mosaic(), folder, told=lambda stored: _say("+", stored))
        for case in rng.sample(cases, 8):
            study = case.study.study_id
            _say("!", [study])
            remove_cases(folder, Filter(study=study))
            _say("-", [study])


def _reworded(case: Case, rng: random.Random) -> Case:
    return case.model_copy(update={"report": Report(findings=f"Changed {rng.random()}.")})


def _say(mark: str, studies: Sequence[str]) -> None:
    print(mark, *studies, flush=True)


def kill_once(studies: Path, folder: Path, seed: int, seconds: float, told: Told) -> int:
    """Let a child work for so long after it has begun, kill it; how many lines it has said."""
    command = [sys.executable, "-m", "benchmarks.kill_cases", "--child", str(studies), str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        lines = [line for line in child.stdout if line.endswith("\n")]
    for line in lines:
        told.hear(line)
    return len(lines)


def faults(folder: Path, told: Told) -> Iterator[str]:
    """What the base lacks, has too much, or cannot repair."""
    try:
        yield from verify_cases(folder).problems
        yield from verify_cases(folder).repaired
        held = set(CaseStore(store_file(folder)).known())
    except SightlineError as error:
        if told.stored or "holds no case" not in str(error):
            yield str(error)
        return
    if lost := told.stored - held:
        yield f"{len(lost)} cases are missing: {' '.join(sorted(lost))}"
    if back := told.gone & held:
        yield f"{len(back)} cases are back: {' '.join(sorted(back))}"
    base = CaseBase(folder)
    vector = np.full(Mosaic.width, Mosaic.width**-0.5, dtype=np.float32)
    found = len(base.nearest(vector, 10_000))
    if found != len(held):
        yield f"{found} of {len(held)} cases are found"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--films", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", nargs=3, metavar=("STUDIES", "FOLDER", "SEED"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        work(Path(options.child[0]), Path(options.child[1]), int(options.child[2]))
    rng, told, bad = random.Random(options.seed), Told(), 0  # noqa: S311
    with tempfile.TemporaryDirectory() as place:
        studies, folder = write_films(Path(place) / "films", options.films), Path(place) / "base"
        for number in range(options.kills):
            seconds = rng.uniform(0, LONGEST)
            lines = kill_once(studies, folder, number, seconds, told)
            found = list(faults(folder, told))
            bad += bool(found)
            print(
                f"kill {number + 1} after {seconds:.2f} s and {lines} lines: {'; '.join(found) or 'whole'}", flush=True
            )
    print(f"{options.kills} kills, {bad} bases not whole, {len(told.stored)} cases surely stored at the end")
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
