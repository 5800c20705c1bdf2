"""A folder of DICOM files of several patients."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from radiology.datasets.dicom_folder import COPY, NO_IMAGE, NOT_CHEST, OTHER_FILE, PICTURE, TWO_PATIENTS
from radiology.datasets.pictures import UNREADABLE
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from tests.radiology.imaging.films import film, ramp, save


def _film(folder: Path, name: str, **tags: Any) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    return save(film(ramp(0, 4000), 12, **tags), folder / name)


def _load(folder: Path) -> Dataset:
    return SOURCES["dicom"].load(folder, folder / "work")


def test_files_are_grouped_by_patient_and_study(tmp_path: Path) -> None:
    _film(tmp_path, "x/1", PatientID="A", StudyInstanceUID="1.1", StudyDate="20200101", ViewPosition="PA")
    _film(tmp_path, "x/2", PatientID="A", StudyInstanceUID="1.2", StudyDate="20210101", ViewPosition="PA")
    _film(tmp_path, "y/3", PatientID=None, StudyInstanceUID="1.2", StudyDate="20210101", ViewPosition="LL")
    _film(tmp_path, "y/4.dcm", PatientID="B", StudyInstanceUID="1.3")
    _film(tmp_path, "y/5.dcm", PatientID=None, StudyInstanceUID="1.4")
    data = _load(tmp_path)
    assert [(len(case.study.views), case.study.date) for case in data.cases] == [
        (1, date(2020, 1, 1)),
        (2, date(2021, 1, 1)),
        (1, None),
        (1, None),
    ]
    first, second, third, fourth = (case.study for case in data.cases)
    assert [prior.study.study_id for prior in second.priors] == [first.study_id]
    assert first.patient_id == second.patient_id
    assert len({first.patient_id, third.patient_id, fourth.patient_id}) == 3
    assert data.skipped == {}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    kept = _film(tmp_path, "1.dcm", PatientID="A", StudyInstanceUID="1.1")
    (tmp_path / "2.dcm").write_bytes(kept.read_bytes())
    _film(tmp_path, "3.dcm", PatientID="A", StudyInstanceUID="1.2")
    _film(tmp_path, "4.dcm", PatientID="B", StudyInstanceUID="1.2")
    _film(tmp_path, "5.dcm", BodyPartExamined="KNEE")
    document = film(ramp(0, 1))
    for tag in ("Rows", "Columns", "PixelData"):
        delattr(document, tag)
    save(document, tmp_path / "6.dcm")
    _film(tmp_path, "7.dcm", Rows=0)
    (tmp_path / "8.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "9.txt").write_text("notes")
    (tmp_path / ".hidden").write_text("notes")
    data = _load(tmp_path)
    assert len(data.cases) == 1
    once = dict.fromkeys((COPY, NOT_CHEST, NO_IMAGE, UNREADABLE, PICTURE, OTHER_FILE), 1)
    assert data.skipped == once | {TWO_PATIENTS: 2}


def test_no_identifier_of_a_header_is_kept(tmp_path: Path) -> None:
    _film(tmp_path, "1.dcm", PatientID="MRN4711", PatientName="DOE^JANE", StudyInstanceUID="1.2.840.99")
    (case,) = _load(tmp_path).cases
    told = case.model_dump_json()
    assert not [word for word in ("MRN4711", "DOE", "1.2.840.99") if word in told]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match="is no folder"):
        _load(_film(tmp_path, "1.dcm"))


def test_the_real_films(real_data: Path, tmp_path: Path) -> None:
    data = SOURCES["dicom"].load(real_data / "dicom", tmp_path)
    assert sum(len(case.study.views) for case in data.cases) + sum(data.skipped.values()) >= 8
    assert data.skipped[NOT_CHEST] >= 1
