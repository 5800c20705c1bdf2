"""A set is known by its truth and its pixels, wherever it lies; the evaluation phantoms are still the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from radiology.datasets.fingerprint import fingerprint
from radiology.datasets.jsonl import read_cases
from radiology.phantom.cohort import Cohort, write_cohort

FIRST_20 = "2c32866c3f9ada3e94d0736e58a02834b069fb5a93d2c37616fdb602593a6479"
"""Truth of `sightline phantom -n 20 --seed 900200000 --phantom-version 1`, the first of the 2,000 that are scored in
docs/evaluation.md."""


def test_the_evaluation_phantoms_have_not_changed(tmp_path: Path) -> None:
    cases = read_cases(write_cohort(tmp_path, Cohort(20, seed=900_200_000, version="1")))
    assert fingerprint(cases).truth == FIRST_20


def test_place_and_order_do_not_matter(tmp_path: Path) -> None:
    one = read_cases(write_cohort(tmp_path / "a", Cohort(3, seed=5, size=32)))
    other = read_cases(write_cohort(tmp_path / "b", Cohort(3, seed=5, size=32)))
    assert fingerprint(one) == fingerprint(other[::-1])
    assert fingerprint(one).n == 3


def test_truth_and_pixels_are_told_apart(tmp_path: Path) -> None:
    cases = read_cases(write_cohort(tmp_path, Cohort(3, seed=5, size=32)))
    known = fingerprint(cases)
    renamed = fingerprint([cases[0].model_copy(update={"source": "elsewhere"}), *cases[1:]])
    assert (renamed.truth == known.truth, renamed.pixels == known.pixels) == (False, True)
    film = Path(cases[0].study.views[0].path)
    Image.fromarray(np.zeros((32, 32), np.uint8)).save(film)
    repainted = fingerprint(cases)
    assert (repainted.truth == known.truth, repainted.pixels == known.pixels) == (True, False)
