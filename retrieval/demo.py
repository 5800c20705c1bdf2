"""The example studies and example cases of the demonstration: phantoms, made once and kept in the data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from mllm.model.perception import Perception
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Projection, Study
from retrieval.cases.build import build_cases
from retrieval.cases.eyes import Tower
from retrieval.cases.retriever import CaseRetriever
from retrieval.context.opening import open_cases
from retrieval.folder import default_folder
from retrieval.store.schema import VERSION

SIZE = 224
CASES = 400
CASE_SEED = 700_000_000
EXAMPLE_PATIENTS = 3
EXAMPLE_SEED = 900_500_000
"""Of the evaluation range: no training has seen the examples."""

Progress = Callable[[int, int], None]


def demo_folder() -> Path:
    """`demo` beside the default case base."""
    return default_folder().parent / "demo"


def demo_studies(progress: Progress) -> list[Study]:
    """Two-view studies of the example patients, every second one the follow-up of the one before it."""
    folder = demo_folder() / "examples"
    if not (folder / "studies.jsonl").is_file():
        write_cohort(
            folder,
            Cohort(
                EXAMPLE_PATIENTS, EXAMPLE_SEED, SIZE, projections=(Projection.PA, Projection.LATERAL), visits=(2, 2)
            ),
            progress=lambda done: progress(done, 2 * EXAMPLE_PATIENTS),
        )
    return [case.study for case in read_cases(folder / "studies.jsonl")]


def demo_cases(perception: Perception, progress: Progress) -> CaseRetriever:
    """A base of `CASES` phantoms for this embedder; what is there already is not made again."""
    films = demo_folder() / "cases"
    if not (films / "studies.jsonl").is_file():
        write_cohort(films, Cohort(CASES, CASE_SEED, SIZE), progress=lambda done: progress(done, 2 * CASES))
    made = f"{VERSION} {perception.embedder_id}"
    base = demo_folder() / f"base-{hashlib.sha256(made.encode()).hexdigest()[:12]}"
    cases = read_cases(films / "studies.jsonl")
    build_cases(cases, Tower(perception), base, lambda done, _: progress(CASES + done, 2 * CASES))
    return open_cases(base, perception)
