"""Open-i in the layout of Kaggle, with invented reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from radiology.datasets.openi_kaggle import NO_FILMS, NO_REPORT, NO_UID, ORPHAN, PROJECTIONS, REPORTS
from radiology.datasets.pictures import MISSING
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Certainty, Projection

HEAD = "uid,MeSH,Problems,image,indication,comparison,findings,impression\n"


def _load(folder: Path, reports: str, projections: str) -> Dataset:
    (folder / REPORTS).write_text(HEAD + reports)
    (folder / PROJECTIONS).write_text("uid,filename,projection\n" + projections)
    return SOURCES["openi_kaggle"].load(folder, folder / "work")


def _picture(folder: Path, name: str) -> None:
    path = folder / "images" / "images_normalized" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (50, 40)).save(path)


def test_a_study_of_two_films(tmp_path: Path) -> None:
    for name in ("1_IM-0001-3001.dcm.png", "1_IM-0001-4001.dcm.png"):
        _picture(tmp_path, name)
    data = _load(
        tmp_path,
        "1,normal,normal,Xray,Cough.,None.,No pneumothorax.,Normal heart.\n",
        "1,1_IM-0001-3001.dcm.png,Lateral\n1,1_IM-0001-4001.dcm.png,Frontal\n",
    )
    (case,) = data.cases
    assert (case.study.study_id, case.study.indication) == ("CXR1", "Cough.")
    assert [(view.id, view.projection) for view in case.study.views] == [
        ("frontal", Projection.UNKNOWN),
        ("lateral", Projection.LATERAL),
    ]
    assert case.report is not None
    assert case.report.impression == "Normal heart."
    assert ("pneumothorax", Certainty.ABSENT) in {(f.name, f.certainty) for f in case.findings}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    _picture(tmp_path, "1_a.dcm.png")
    data = _load(
        tmp_path,
        "1,,,,,,Clear.,\n2,,,,,,Clear.,\n3,,,,Pain.,,,\n4,,,,,,Clear.,\n,,,,,,Clear.,\n",
        "1,1_a.dcm.png,Frontal\n1,1_b.dcm.png,Lateral\n3,3.png,Frontal\n4,4.png,Frontal\n9,9.png,Frontal\n",
    )
    assert len(data.cases) == 1
    assert data.skipped == {MISSING: 2, NO_FILMS: 1, NO_REPORT: 1, NO_UID: 1, ORPHAN: 1}


def test_a_missing_table_or_column_is_told(tmp_path: Path) -> None:
    (tmp_path / PROJECTIONS).write_text("uid,filename\n")
    with pytest.raises(SightlineError, match="column projection is missing"):
        SOURCES["openi_kaggle"].load(tmp_path, tmp_path)
    (tmp_path / PROJECTIONS).write_text("uid,filename,projection\n")
    with pytest.raises(SightlineError, match=r"indiana_reports\.csv.*is missing"):
        SOURCES["openi_kaggle"].load(tmp_path, tmp_path)
