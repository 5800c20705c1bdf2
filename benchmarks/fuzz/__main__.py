"""Feeds damaged files to every reader and says what none of them may do: raise anything but SightlineError, hang,
grow, crash, print or leave half an output behind.

    python -m benchmarks.fuzz --minutes 10 --reader dicom --reader json
    python -m benchmarks.fuzz --seed 3 --only dicom:1234      one input again

Exits with 1 when there was a finding; the inputs that led to them are kept in `--keep`.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import time
from collections import Counter
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.fuzz.readers import FAMILIES, Input
from benchmarks.fuzz.worker import Outcome, examine, make, work

PATIENCE = 60.0
"""Seconds until a reader that says nothing is stopped; a busy machine alone takes a few."""


class Watched:
    """The working process, started anew whenever it is gone."""

    def __init__(self, kinds: dict[str, Input], seed: int) -> None:
        self._kinds, self._seed = kinds, seed
        self._start()

    def _start(self) -> None:
        self._pipe: Connection
        self._pipe, theirs = mp.Pipe()
        self._process = mp.get_context("fork").Process(target=work, args=(theirs, self._kinds, self._seed), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, kind: str, number: int) -> Outcome:
        """What became of that input, also when the process did not survive it."""
        self._pipe.send((kind, number))
        reader = "making it"
        while self._pipe.poll(PATIENCE):
            try:
                said = self._pipe.recv()
            except EOFError:
                self._process.join()
                return self._gone(f"{reader}: crashed", f"exit status {self._process.exitcode}")
            if isinstance(said, Outcome):
                return said
            reader = said
        self._process.kill()
        self._process.join()
        return self._gone(f"{reader}: hung", f"no answer within {PATIENCE:.0f} s")

    def _gone(self, problem: str, detail: str) -> Outcome:
        self._start()
        return Outcome(Counter(), Counter(), [(problem, detail)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    parser.add_argument("--seed", type=int, default=0, help="which inputs")
    parser.add_argument("--reader", action="append", choices=FAMILIES, help="which readers; may be given again")
    parser.add_argument("--only", metavar="KIND:NUMBER", help="examine this one input in this process")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), help="folder for inputs that led to one")
    options = parser.parse_args()
    kinds = {kind.name: kind for family in options.reader or FAMILIES for kind in FAMILIES[family]}
    if options.only:
        name, number = options.only.split(":")
        outcome = examine(kinds[name], make(kinds[name], options.seed, int(number)))
        print(*(f"{problem}\n{detail}" for problem, detail in outcome.problems or [("no finding", "")]), sep="\n")
        return bool(outcome.problems)
    return bool(_run(kinds, options.seed, options.minutes * 60, options.keep))


def _run(kinds: dict[str, Input], seed: int, seconds: float, keep: Path) -> Counter[str]:
    """All kinds in turn until the time is over; prints each class of finding once, then the counts."""
    watched, end = Watched(kinds, seed), time.monotonic() + seconds
    inputs: Counter[str] = Counter()
    read: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number in count():
        for name, kind in kinds.items():
            outcome = watched.ask(name, number)
            inputs[name] += 1
            read.update(outcome.read)
            refused.update(outcome.refused)
            for problem, detail in outcome.problems:
                if not found[problem]:
                    print(f"--- {name}:{number} {problem}\n{detail}", flush=True)
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{name}-{seed}-{number}").write_bytes(make(kind, seed, number))
                found[problem] += 1
        if time.monotonic() > end:
            break
    print(f"inputs {inputs.total()}: {dict(inputs)}\nread {dict(read)}\nrefused {dict(refused)}")
    print(f"findings {found.total()} of {len(found)} classes: {dict(found)}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
