"""Data that cannot be evaluated on is refused before a model is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.benchmarks import BENCHMARKS
from eval.flaws import refuse_flawed
from radiology.datasets.jsonl import read_cases, write_cases
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from radiology.study import Finding


def test_data_without_a_flaw_passes(data: Dataset) -> None:
    refuse_flawed(data, "data")


def test_a_study_that_stands_twice_is_refused(data: Dataset) -> None:
    again = data.cases[3]
    with pytest.raises(SightlineError, match=f"`data`: study {again.study.study_id} stands twice"):
        refuse_flawed(replace(data, cases=(*data.cases, again)), "data")


def test_a_finding_without_a_name_of_ours_is_refused(cohort: Path, tmp_path: Path) -> None:
    first, *others = read_cases(cohort / "studies.jsonl")
    write_cases(tmp_path / "studies.jsonl", [first.model_copy(update={"findings": (Finding(name="foo"),)}), *others])
    with pytest.raises(SightlineError, match=f"study {first.study.study_id} has the finding foo, use a name"):
        BENCHMARKS["phantom"].load(tmp_path, tmp_path)


def test_data_without_a_question_of_the_benchmark_is_refused(cohort: Path, tmp_path: Path) -> None:
    write_cases(tmp_path / "studies.jsonl", read_cases(cohort / "studies.jsonl"))
    with pytest.raises(SightlineError, match="holds no question that choice asks"):
        BENCHMARKS["choice"].load(tmp_path, tmp_path)
