"""Cohorts of phantoms on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from radiology.datasets.jsonl import read_cases, read_questions
from radiology.errors import SightlineError
from radiology.phantom.cohort import Cohort, make_phantom, write_cohort
from radiology.phantom.record import split_of_seed
from radiology.study import Projection


def test_a_written_cohort_reads_back(tmp_path: Path) -> None:
    path = write_cohort(tmp_path, Cohort(3, 900000001, 40, (Projection.PA, Projection.LATERAL), visits=(2, 2)))
    cases = read_cases(path)
    assert len(cases) == 6
    assert all(Path(view.path).is_file() for case in cases for view in case.study.views)
    assert {question.study_id for question in read_questions(tmp_path / "questions.jsonl")} == {
        case.study.study_id for case in cases
    }
    assert cases[1].study.priors[0].study.study_id == cases[0].study.study_id


def test_dicom_holds_the_same_pixels(tmp_path: Path) -> None:
    case = read_cases(write_cohort(tmp_path, Cohort(1, 5, 33), dicom=True))[0]
    file = dcmread(case.study.views[0].path)
    assert np.array_equal(file.pixel_array, make_phantom(5, 33)[0].images["frontal"])
    assert file.ViewPosition == "PA"


@pytest.mark.parametrize(("n", "size"), [(0, 64), (2, 8), (2, 9000)])
def test_what_makes_no_film_is_refused(tmp_path: Path, n: int, size: int) -> None:
    with pytest.raises(SightlineError, match=str(size)):
        write_cohort(tmp_path, Cohort(n, 1, size))


def test_two_frontal_films_of_one_visit_are_refused() -> None:
    with pytest.raises(SightlineError, match="PA,AP"):
        Cohort(1, 1, projections=(Projection.PA, Projection.AP))


def test_seeds_belong_to_one_split() -> None:
    assert [split_of_seed(s) for s in (0, 799_999_999, 800_000_000, 900_000_000)] == ["train", "train", "val", "test"]


def test_a_version_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="version `7`"):
        write_cohort(tmp_path, Cohort(1, 1, version="7"))
