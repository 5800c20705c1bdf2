"""Two hashes that say whether a set of studies is the one that a score was measured on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from radiology.datasets.jsonl import with_paths
from radiology.datasets.views import views_of
from radiology.imaging.pixels import read_pixels
from radiology.study import Case, Noun


class Fingerprint(Noun):
    """`truth` is of everything stated about `n` studies but where their files are; `pixels` of their 8-bit films.

    Truth is the same on every computer. Pixels may differ in a grey level where floating point rounds otherwise.
    """

    n: int
    truth: str
    pixels: str


def fingerprint(cases: Sequence[Case]) -> Fingerprint:
    """sha256 of the studies in the order of their ids, priors included. Raises SightlineError for unreadable films."""
    ordered = sorted(cases, key=lambda case: case.study.study_id)
    truth, pixels = hashlib.sha256(), hashlib.sha256()
    for case in ordered:
        truth.update(with_paths(case, lambda path: "").model_dump_json(exclude_defaults=True).encode() + b"\n")
        for _, view in views_of(case):
            pixels.update(read_pixels(Path(view.path)).tobytes())
    return Fingerprint(n=len(ordered), truth=truth.hexdigest(), pixels=pixels.hexdigest())
