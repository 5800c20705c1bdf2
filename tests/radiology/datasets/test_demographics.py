from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from radiology.datasets.demographics import age_of, sex_of
from radiology.datasets.table import SOURCES
from radiology.study import Study


@pytest.mark.parametrize(
    ("written", "years"),
    [
        (58, 58),
        ("58", 58),
        ("58.0", 58),
        ("058Y", 58),
        ("013M", 1),
        ("104W", 2),
        ("200D", 0),
        ("0", 0),
        ("000Y", 0),
        (130, 130),
        (414, None),
        ("", None),
        (None, None),
        ("-3", None),
        ("old", None),
    ],
)
def test_ages_in_years(written: object, years: int | None) -> None:
    assert age_of(written) == years


@pytest.mark.parametrize(
    ("written", "sex"), [("F", "F"), ("m ", "M"), ("Female", "F"), ("male", "M"), ("O", None), ("", None), (None, None)]
)
def test_sexes(written: object, sex: str | None) -> None:
    assert sex_of(written) == sex


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (35, 34), 3).save(buffer, "PNG")
    return buffer.getvalue()


def _studies(name: str, path: Path) -> list[tuple[str, str | None, int | None]]:
    studies: list[Study] = [case.study for case in SOURCES[name].load(path, path.parent / "work").cases]
    return [(study.study_id, study.sex, study.age) for study in studies]


def _parquet(path: Path, *rows: dict[str, Any]) -> Path:
    import pyarrow as pa
    from pyarrow.parquet import write_table

    write_table(pa.Table.from_pylist(list(rows)), path)
    return path


def test_nih_as_published(tmp_path: Path) -> None:
    (tmp_path / "Data_Entry_2017.csv").write_text(
        "Image Index,Finding Labels,Patient ID,Patient Age,Patient Gender,View Position\n"
        "a.png,Mass,1,58,F,PA\nb.png,Mass,2,007Y,M,PA\nc.png,Mass,3,412,M,PA\n"
    )
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.png").write_bytes(_png())
    assert _studies("nih", tmp_path) == [("a", "F", 58), ("b", "M", 7), ("c", "M", None)]


def test_nih_as_parquet(tmp_path: Path) -> None:
    row: dict[str, Any] = {"image": {"bytes": _png()}, "patient_id": "1", "view": "PA", "labels": ["Mass"], "boxes": []}
    people: list[dict[str, Any]] = [
        {"image_id": "a", "sex": "M", "age": 31},
        {"image_id": "b", "sex": "F", "age": None},
    ]
    path = _parquet(tmp_path / "x.parquet", *(row | person for person in people))
    assert _studies("nih", path) == [("a", "M", 31), ("b", "F", None)]


def test_hannover_in_both_forms(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "data.csv").write_text("patient_id,image_id,sex,age,projection\n1,a,m,45,ap\n2,b,f,,pa\n")
    for name in ("a", "b"):
        (tmp_path / "csv" / f"{name}.png").write_bytes(_png())
    row: dict[str, Any] = {"image": {"bytes": _png()}, "patient_id": "1", "view": "AP"}
    people: list[dict[str, Any]] = [
        {"image_id": "a", "sex": "m", "age": "45"},
        {"image_id": "b", "sex": "f", "age": ""},
    ]
    path = _parquet(tmp_path / "x.parquet", *(row | person for person in people))
    expected = [("a", "M", 45), ("b", "F", None)]
    assert _studies("hannover", tmp_path / "csv") == _studies("hannover", path) == expected


def test_the_real_films_tell_them(real_data: Path, tmp_path: Path) -> None:
    studies = [case.study for case in SOURCES["nih"].load(real_data / "nih", tmp_path).cases]
    assert len(studies) == 1483
    assert [study.sex for study in studies].count("F") == 705
    assert all(study.age is not None for study in studies)
