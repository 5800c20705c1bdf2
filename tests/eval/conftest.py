"""Evaluation phantoms to score a model on."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS
from radiology.datasets.table import Dataset
from radiology.phantom.cohort import Cohort, write_cohort
from tests.eval.oracle import SIZE


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 14 evaluation phantoms."""
    folder = tmp_path_factory.mktemp("cohort")
    write_cohort(folder, Cohort(14, 900000001, SIZE))
    return folder


@pytest.fixture
def data(cohort: Path, tmp_path: Path) -> Dataset:
    return BENCHMARKS["phantom"].load(cohort, tmp_path)
