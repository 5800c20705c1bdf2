"""What is planted is one error; whether the checks find it is the benchmark's business."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.planting.table import KINDS
from benchmarks.planting.written import Written, sentences_of, written
from radiology.checks.table import CHECKS
from radiology.phantom.cohort import VERSIONS, make_phantom
from radiology.study import Projection


@pytest.fixture(scope="module")
def reports() -> list[Written]:
    phantoms = [
        phantom for version in VERSIONS for phantom in make_phantom(900_000_003, 32, (Projection.PA,), 3, version)
    ]
    return [written(phantom.case, phantom.case.study, ()) for phantom in phantoms]


@pytest.mark.parametrize("name", KINDS)
def test_an_error_changes_the_report_and_stands_where_it_says(name: str, reports: list[Written]) -> None:
    kind = KINDS[name]
    assert set(kind.checks) <= set(CHECKS)
    errors = [(r, e) for r in reports for seed in range(6) if (e := kind.plant(r, np.random.default_rng(seed)))]
    assert errors
    for report, error in errors:
        assert error.report != report
        assert set(error.at) <= set(error.report.all)


def test_a_report_is_read_as_it_stands_with_evidence_for_each_finding(reports: list[Written]) -> None:
    for report in reports:
        sentences = sentences_of(report)
        assert [each.text for each in sentences] == list(report.all)
        assert all(each.evidence if each.findings else each.flags for each in sentences)
