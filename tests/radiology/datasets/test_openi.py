"""Open-i by R2Gen's split, with invented reports; the publisher's own layout is in `test_sources.py`."""

from __future__ import annotations

import json
import random
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.datasets.pictures import MISSING
from radiology.datasets.r2gen import NO_REPORT
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.study import Certainty, Projection

TEXT = "The heart is enlarged . No pneumothorax is seen ."


def _entry(name: str, films: int = 2, **changes: Any) -> dict[str, Any]:
    paths = [f"{name}/{number}.png" for number in range(films)]
    return {"id": name, "report": TEXT, "image_path": paths, "split": "train"} | changes


def _write(root: Path, **parts: list[dict[str, Any]]) -> None:
    (root / "annotation.json").write_text(json.dumps({"train": [], "val": [], "test": []} | parts))
    for entry in (entry for entries in parts.values() for entry in entries):
        for path in (root / "images" / name for name in entry["image_path"]):
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (40, 36), 90).save(path)


def _load(path: Path) -> Dataset:
    return SOURCES["openi"].load(path, path / "work")


def test_the_published_split_with_two_views_and_the_reference_as_it_stands(tmp_path: Path) -> None:
    _write(tmp_path, train=[_entry("CXR1_IM-0001")], val=[_entry("CXR2_IM-0002")], test=[_entry("CXR3_IM-0003", 3)])
    cases = _load(tmp_path).cases
    assert [(case.study.study_id, case.study.patient_id, case.split) for case in cases] == [
        ("CXR1_IM-0001", "CXR1", "train"),
        ("CXR2_IM-0002", "CXR2", "val"),
        ("CXR3_IM-0003", "CXR3", "test"),
    ]
    case = cases[2]
    assert [(view.id, view.projection) for view in case.study.views] == [
        ("frontal", Projection.UNKNOWN),
        ("lateral", Projection.LATERAL),
        ("frontal2", Projection.UNKNOWN),
    ]
    assert case.report is not None
    assert (case.report.findings, case.report.impression) == (TEXT, "")
    assert {(f.name, f.certainty) for f in case.findings} == {
        ("cardiomegaly", Certainty.PRESENT),
        ("pneumothorax", Certainty.ABSENT),
    }
    assert _load(tmp_path / "annotation.json").cases == cases


def test_the_split_comes_before_the_reports_beside_it(tmp_path: Path) -> None:
    (tmp_path / "7.xml").write_text('<eCitation><uId id="CXR7"/></eCitation>')
    assert [(case.study.study_id, case.split) for case in _load(tmp_path).cases] == [("CXR7", "custom")]
    _write(tmp_path, test=[_entry("CXR1_IM-0001")])
    assert [(case.study.study_id, case.split) for case in _load(tmp_path).cases] == [("CXR1_IM-0001", "test")]


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    names = [f"CXR{number}_IM-000{number}" for number in range(1, 5)]
    _write(tmp_path, train=[_entry(name) for name in names], test=[_entry("CXR5_IM-0005", report=" ")])
    (tmp_path / "images" / names[1] / "1.png").unlink()
    (tmp_path / "images" / names[2] / "0.png").unlink()
    (tmp_path / "images" / names[3] / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    data = _load(tmp_path)
    assert [(case.study.study_id, len(case.study.views)) for case in data.cases] == [(names[0], 2), (names[1], 1)]
    assert data.skipped == {MISSING: 2, NO_REPORT: 1}


@pytest.mark.parametrize("paths", [None, 5, "CXR1_IM-0001/0.png", [None]])
def test_films_that_are_not_named_are_missing(paths: object, tmp_path: Path) -> None:
    _write(tmp_path, test=[_entry("CXR1_IM-0001"), _entry("CXR2_IM-0002")])
    text = (tmp_path / "annotation.json").read_text()
    wrong = text.replace('["CXR2_IM-0002/0.png", "CXR2_IM-0002/1.png"]', json.dumps(paths))
    (tmp_path / "annotation.json").write_text(wrong)
    data = _load(tmp_path)
    assert data.cases[0].study.study_id == "CXR1_IM-0001"
    assert len(data.cases) + data.skipped.get(MISSING, 0) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "no list of objects under `train`"),
        ('{"train": [], "test": []}', "no list of objects under `val`"),
        ('{"train": [], "val": [], "test": []}', "no study found"),
    ],
)
def test_a_damaged_file_is_named(content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "annotation.json").write_text(content)
    with pytest.raises(SightlineError, match=words):
        _load(tmp_path)


def test_a_picture_s_name_that_no_file_can_have_is_no_picture(tmp_path: Path) -> None:
    entries = [_entry("CXR1"), _entry("CXR2") | {"image_path": ["x" * 5000]}]
    _write(tmp_path, train=entries[:1])
    (tmp_path / "annotation.json").write_text(json.dumps({"train": entries, "val": [], "test": []}))
    assert _load(tmp_path).skipped == {MISSING: 1}


def _archive(path: Path, *members: tuple[str, bytes | None]) -> Path:
    """Members with content, or links to what is not there."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.LNKTYPE, "none"
            else:
                member.size = len(content)
            tar.addfile(member, BytesIO(content or b""))
    return path


def test_a_link_in_the_archive_is_no_report(tmp_path: Path) -> None:
    _archive(tmp_path / "reports.tgz", ("a.xml", None), ("b.xml", b'<a><uId id="CXR1"/></a>'))
    assert [case.study.study_id for case in _load(tmp_path).cases] == ["CXR1"]


def test_an_archive_that_is_damaged_within_is_named(tmp_path: Path) -> None:
    path = _archive(tmp_path / "reports.tgz", ("a.xml", bytes(random.Random(0).randbytes(5000))))
    content = bytearray(path.read_bytes())
    content[20:400] = b"\xff" * 380
    path.write_bytes(content)
    with pytest.raises(SightlineError, match="cannot be unpacked"):
        _load(tmp_path)


def test_a_folder_called_like_a_report_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xml").mkdir()
    (tmp_path / "b.xml").write_text('<a><uId id="CXR1"/></a>')
    assert len(_load(tmp_path).cases) == 1


def test_all_reports_without_the_split(real_data: Path, tmp_path: Path) -> None:
    data = SOURCES["openi"].load(real_data / "openi", tmp_path)
    assert (len(data.cases), data.skipped, {case.split for case in data.cases}) == (3955, {}, {"custom"})
