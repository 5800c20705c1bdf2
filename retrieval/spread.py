"""Embed many studies on many GPUs or machines: `accelerate launch -m retrieval.spread STUDIES.jsonl -o FOLDER`.

Each process builds a case base of its share, `FOLDER/part-RANK-of-PROCESSES`, with what `sightline cases build` does
and so as safe against a kill. Started again, also on another number of processes, it goes on with what is missing.
`sightline cases merge` puts the parts into one base without embedding anything again.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import torch
from accelerate import PartialState
from accelerate.utils import gather_object

from mllm.console import prepare, progress_bar
from mllm.model.compute import compute
from radiology.datasets.jsonl import read_cases
from radiology.errors import SightlineError
from radiology.study import Case
from retrieval.cases.base import store_file
from retrieval.cases.build import Progress, build_cases
from retrieval.embedders.protocol import ImageEmbedder
from retrieval.embedders.table import SPECS, open_image_embedder
from retrieval.store.store import CaseStore

Counts = dict[str, int]


def spread(
    cases: Sequence[Case],
    embedder: ImageEmbedder,
    folder: Path,
    spec: str = "",
    progress: Progress = lambda done, total: None,
) -> Counts:
    """Embed this process's share of `cases` into its part of `folder`; what was done with all of them by all processes.

    spec: what opens `embedder` again. The counts are those of `retrieval.cases.build.Summary`. All processes wait for
    one another. Raises SightlineError as `build_cases` does.
    """
    state = PartialState(cpu=not torch.cuda.is_available())
    own = folder / f"part-{state.process_index}-of-{state.num_processes}"
    known = _elsewhere(folder, state.num_processes, embedder.id)
    missing = [case for case in cases if case.study.study_id not in known]
    counts = Counter(known=len(cases) - len(missing) if state.is_main_process else 0)
    share = missing[state.process_index :: state.num_processes]
    if share:
        counts.update(build_cases(share, embedder, own, progress, spec=spec).model_dump())
    every: list[Counter[str]] = gather_object([counts])
    return dict(sum(every, Counter()))


def _elsewhere(folder: Path, processes: int, embedder_id: str) -> set[str]:
    """Studies in parts of runs with another number of processes, which nobody writes now."""
    parts = [part for part in folder.glob("part-*-of-*") if not part.name.endswith(f"-of-{processes}")]
    return {study for part in parts if store_file(part).is_file() for study in _studies(part, embedder_id)}


def _studies(part: Path, embedder_id: str) -> set[str]:
    store = CaseStore(store_file(part))
    known = set(store.known())
    if known and store.about.embedder != embedder_id:
        raise SightlineError(
            f"`{part}`: its cases were embedded by {store.about.embedder} and this is {embedder_id}, name a new folder."
        )
    return known


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 2 with one sentence on stderr for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="accelerate launch -m retrieval.spread", description=__doc__)
    parser.add_argument("studies", type=Path, help="a studies.jsonl")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the parts")
    parser.add_argument("--embedder", default="tower", help=f"one of {', '.join(SPECS)}")
    chosen = parser.parse_args(arguments)
    prepare(chosen.embedder.partition(":")[2])
    try:
        counts = _run(chosen.studies, chosen.output, chosen.embedder)
    except SightlineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if PartialState().is_main_process:
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if name != "total")
        sys.stderr.write(f"{told}; put the parts together with `sightline cases merge {chosen.output}/part-* BASE`\n")
    return 0


def _run(studies: Path, output: Path, spec: str) -> Counts:
    cases = read_cases(studies)
    state = PartialState(cpu=not torch.cuda.is_available())
    if state.device.type == "cuda":  # which GPU is meant by "cuda" is a thread's own
        compute(partial(torch.cuda.set_device, state.device))
    embedder = open_image_embedder(spec)
    bar = progress_bar("embedding") if state.is_main_process else nullcontext(_silent)
    with bar as progress:
        return spread(cases, embedder, output, spec, progress)


def _silent(done: int, total: int) -> None:
    """One bar is enough."""


if __name__ == "__main__":
    sys.exit(main())
