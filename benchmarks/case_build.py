"""Is building a case base as fast as what it cannot do without? python -m benchmarks.case_build [--films 256]

By turns in one process: `build_cases` into a new folder, and a bare loop over the same files that reads, prepares and
embeds them in the same batches and keeps nothing. Exits with 1 where the build has less than `LEAST` of the loop's
films a second, by the median of the turns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import torch

from mllm.model.heads import perception_of
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Case
from retrieval.cases.build import BATCH, build_cases
from retrieval.cases.eyes import Tower
from retrieval.cases.films import read_film
from retrieval.embedders.protocol import ImageEmbedder
from retrieval.embedders.table import open_image_embedder

SEED, LEAST = 700_400_000, 0.9


def bare(cases: Sequence[Case], embedder: ImageEmbedder) -> None:
    """Read, prepare, embed."""
    for start in range(0, len(cases), BATCH):
        embedder.images([read_film(case.study) for case in cases[start : start + BATCH]])


def films_a_second(work: Callable[[], object], films: int) -> float:
    start = time.perf_counter()
    work()
    return films / (time.perf_counter() - start)


def ratio(cases: Sequence[Case], embedder: ImageEmbedder, folder: Path, build_first: bool) -> float:
    """Films a second of a build over those of the bare loop, of one turn; prints both."""
    speeds = [0.0, 0.0]
    works = (lambda: build_cases(cases, embedder, folder), lambda: bare(cases, embedder))
    for i in (0, 1) if build_first else (1, 0):
        speeds[i] = films_a_second(works[i], len(cases))
    print(f"  build {speeds[0]:.1f} films a second, bare loop {speeds[1]:.1f}", flush=True)
    return speeds[0] / speeds[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=256, help="phantoms to build of")
    parser.add_argument("--size", type=int, default=512, help="their width in pixels")
    parser.add_argument("--studies", type=Path, help="a studies.jsonl instead of phantoms")
    parser.add_argument(
        "--embedder", default="", help="what embeds, such as vision:FOLDER (default: the bundled model)"
    )
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2, help="CPU threads of the model")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    embedder: ImageEmbedder = (
        open_image_embedder(options.embedder) if options.embedder else Tower(perception_of("mini"))
    )
    with tempfile.TemporaryDirectory() as place:
        films = options.studies or write_cohort(Path(place) / "films", Cohort(options.films, SEED, options.size))
        cases = read_cases(films)[: options.films]
        bare(cases[:BATCH], embedder)
        ratios = [ratio(cases, embedder, Path(place) / f"base-{turn}", turn % 2 == 0) for turn in range(options.turns)]
    told = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}, n={len(ratios)})"
    print(f"build over bare loop: {told} of {len(cases)} films, at least {LEAST} asked")
    if median(ratios) < LEAST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
