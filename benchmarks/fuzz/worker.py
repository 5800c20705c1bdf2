"""The process that reads: it may hang, be killed for its memory or crash, and the one that watches goes on."""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.fuzz.readers import Input, Reader
from radiology.errors import SightlineError

SECONDS = 5.0
"""CPU time that reading one input may take."""
MEGABYTES = 1000
"""How much the process may grow while it does."""
ADDRESS_SPACE = 6 * 2**30
LONGEST = 1200
"""Characters of an error's sentence, the path left out."""

Problem = tuple[str, str]
"""What kind, and all that is known of it."""


@dataclass(frozen=True)
class Outcome:
    """Of one input: readers that took it, that refused it, and what went wrong."""

    read: Counter[str]
    refused: Counter[str]
    problems: list[Problem]


def make(kind: Input, seed: int, number: int) -> bytes:
    """The input of that number; the same for the same seed."""
    return kind.make(Random(f"{seed} {kind.name} {number}"))  # noqa: S311


def examine(kind: Input, content: bytes, before: Connection | None = None) -> Outcome:
    """Gives `content` to every reader in a folder of its own; `before` is told which reader comes next."""
    outcome = Outcome(Counter(), Counter(), [])
    for name, reader in kind.readers.items():
        if before is not None:
            before.send(name)
        with TemporaryDirectory(prefix="sightline-fuzz-") as folder, _printing(outcome.problems, name):
            path = Path(folder) / "film"
            path.write_bytes(content)
            _try(name, reader, path, outcome)
    return outcome


def _try(name: str, reader: Reader, path: Path, outcome: Outcome) -> None:
    base, start = _peak(reset=True), time.process_time()
    try:
        reader(path)
        outcome.read[name] += 1
    except SightlineError as error:
        outcome.refused[name] += 1
        outcome.problems.extend((f"{name}: {fault}", repr(str(error))[:2000]) for fault in _faults(error))
        left = [each.name for each in path.parent.iterdir() if each.name.startswith((".", "out", "labels.csv"))]
        if left:
            outcome.problems.append((f"{name}: half-written output left", ", ".join(left)))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        outcome.problems.append((f"{name}: {type(error).__name__} at {place}", traceback.format_exc()[-3000:]))
    seconds, grown = time.process_time() - start, _peak() - base
    if seconds > SECONDS:
        outcome.problems.append((f"{name}: slow", f"{seconds:.1f} s"))
    if grown > MEGABYTES:
        outcome.problems.append((f"{name}: grew", f"{grown} MB"))


def _faults(error: SightlineError) -> Iterator[str]:
    """What is wrong with the sentence that refuses an input."""
    text = str(error)
    if any(not c.isprintable() for c in text):
        yield "sentence with characters that do not print"
    if len(text) > LONGEST:
        yield "sentence too long"
    if not text.endswith(".") or "`" not in text:
        yield "sentence without a name or an end"
    cause = error.__cause__ or error.__context__
    if isinstance(cause, MemoryError):
        yield "memory ran out"


def _peak(reset: bool = False) -> int:
    """Largest resident size in MB since the last reset (Linux; elsewhere 0)."""
    if not Path("/proc/self/clear_refs").exists():
        return 0
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@contextmanager
def _printing(problems: list[Problem], name: str) -> Iterator[None]:
    """Nothing is to be printed by a reader, by no library in C either."""
    with TemporaryDirectory(prefix="sightline-fuzz-") as folder, (Path(folder) / "out").open("w+b") as sink:
        kept = [os.dup(1), os.dup(2)]
        for number in (1, 2):
            os.dup2(sink.fileno(), number)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, saved in zip((1, 2), kept, strict=True):
                os.dup2(saved, number)
                os.close(saved)
        sink.seek(0)
        if said := sink.read(2000).decode(errors="replace"):
            problems.append((f"{name}: prints {said.strip()[:60]!r}", said))


def work(pipe: Connection, kinds: dict[str, Input], seed: int) -> None:
    """Examines every (kind, number) that comes through `pipe` until None does."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    while (job := pipe.recv()) is not None:
        kind, number = kinds[job[0]], job[1]
        pipe.send(examine(kind, make(kind, seed, number), pipe))
