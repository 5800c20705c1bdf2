from __future__ import annotations

import csv
from pathlib import Path

import pytest

from radiology.datasets.check import find_problems
from radiology.datasets.jsonl import read_cases
from radiology.imaging.pixels import read_pixels
from radiology.study import Box, Finding, Side
from retrieval.cases.build import build_cases
from retrieval.cases.export import COLUMNS, export_cases
from retrieval.store.filter import Filter, patient_hash
from tests.retrieval.toys import REPORT, CornerEmbedder, film_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    boxes = (Box(view="frontal", x0=0.1, y0=0.1, x1=0.4, y1=0.5), Box(view="lateral", x0=0, y0=0, x1=1, y1=1))
    found = Finding(name="mass", side=Side.RIGHT, boxes=boxes)
    cases = [film_case(tmp_path, 1, findings=(found,)), film_case(tmp_path, 2, report=REPORT, findings=())]
    build_cases(cases, CornerEmbedder(), tmp_path / "base")
    return tmp_path / "base"


def test_a_folder_is_a_data_set(folder: Path, tmp_path: Path) -> None:
    assert export_cases(folder, tmp_path / "out") == 2
    first, second = read_cases(tmp_path / "out" / "studies.jsonl")
    assert [box.view for box in first.findings[0].boxes] == ["frontal"]
    assert (second.report, first.study.patient_id) == (REPORT, patient_hash("p1"))
    assert read_pixels(Path(first.study.views[0].path)).shape == (96, 96)
    assert (
        list(find_problems(tmp_path / "out" / "studies.jsonl", False, 1, lambda stage: lambda done, total: None)) == []
    )
    assert build_cases([first, second], CornerEmbedder(), tmp_path / "again").added == 2


def test_a_table(folder: Path, tmp_path: Path) -> None:
    assert export_cases(folder, tmp_path / "out.csv", Filter(finding="mass")) == 1
    head, row = csv.reader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines())
    assert tuple(head) == COLUMNS
    told = dict(zip(head, row, strict=True))
    assert (told["study_id"], told["findings"], told["date"], told["view"]) == ("s1", "right mass", "2020-01-02", "PA")
