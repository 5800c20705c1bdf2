"""PadChest in its publisher's layout, with invented patients."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from radiology.datasets.cells import OTHER_VIEW
from radiology.datasets.label_names import NO_COUNTERPART, finding_of
from radiology.datasets.padchest import EXCLUDED, NO_IDENTIFIER, NO_LABELS, age_of_birth
from radiology.datasets.padchest_labels import _FINDINGS, listed, names_of, sides
from radiology.datasets.pictures import MISSING
from radiology.datasets.source import Dataset
from radiology.datasets.table import SOURCES
from radiology.errors import SightlineError
from radiology.findings import FINDINGS
from radiology.study import Projection, Side

TABLE = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"
ROW = {
    "ImageID": "a.png",
    "ImageDir": "0",
    "StudyDate_DICOM": "20140915",
    "StudyID": "s1",
    "PatientID": "p1",
    "PatientBirth": "1930.0",
    "PatientSex_DICOM": "M",
    "Projection": "PA",
    "Labels": "['normal']",
    "LabelsLocalizationsBySentence": "[['normal']]",
    "Report": "sin hallazg patolog",
}


def _load(folder: Path, rows: list[dict[str, Any]], pictures: str = "abcdefgh") -> Dataset:
    with (folder / TABLE).open("w", newline="") as file:
        writer = csv.DictWriter(file, ROW)
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    (folder / "0").mkdir()
    for name in pictures:
        Image.fromarray(np.full((40, 50), 40_000, np.uint16)).save(folder / "0" / f"{name}.png")
    return SOURCES["padchest"].load(folder, folder / "work")


def test_a_study_of_two_films_and_its_prior(tmp_path: Path) -> None:
    labels = "['pleural effusion', ' pneumonia', 'scoliosis', 'nodule', 'chronic changes']"
    where = "[['pleural effusion', 'loc left', 'loc costophrenic angle'], ['pneumonia', 'scoliosis', 'loc right']]"
    two = {"StudyID": "s2", "StudyDate_DICOM": "20150102", "Labels": labels, "LabelsLocalizationsBySentence": where}
    rows = [two | {"ImageID": "b.png", "Projection": "L"}, two | {"ImageID": "c.png", "Projection": "AP_horizontal"}]
    data = _load(tmp_path, [*rows, {}])
    case, prior = data.cases
    assert [(view.id, view.projection) for view in case.study.views] == [
        ("frontal", Projection.AP),
        ("lateral", Projection.LATERAL),
    ]
    assert [(f.name, f.side) for f in case.findings] == [
        ("pleural_effusion", Side.LEFT),
        ("pneumonia", None),
        ("scoliosis", None),
        ("nodule", None),
    ]
    assert (case.study.date, case.study.sex, case.study.age, case.report) == (date(2015, 1, 2), "M", 85, None)
    assert [each.study.study_id for each in case.study.priors] == ["s1"]
    assert (prior.findings, prior.study.priors, data.skipped) == ((), (), {NO_COUNTERPART: 1})


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {},
        {"ImageID": "gone.png"},
        {"ImageID": "b.png", "Projection": "COSTAL"},
        {"ImageID": "c.png", "Projection": "UNK"},
        {"ImageID": "d.png", "Labels": "['exclude']"},
        {"ImageID": "e.png", "Labels": ""},
        {"ImageID": "f.png", "Labels": "[nan"},
        {"ImageID": "g.png", "PatientID": ""},
    ]
    data = _load(tmp_path, rows)
    assert [len(case.study.views) for case in data.cases] == [1]
    assert data.skipped == {MISSING: 1, OTHER_VIEW: 2, EXCLUDED: 1, NO_LABELS: 2, NO_IDENTIFIER: 1}


def test_the_table_of_labels_names_findings_and_repeats_one() -> None:
    assert {name for names in _FINDINGS.values() for name in names} <= FINDINGS.keys()
    assert {label for label in _FINDINGS if finding_of(label)} == {"hydropneumothorax"}


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("hydropneumothorax", ("pleural_effusion", "pneumothorax")),
        ("NSG tube", ("gastric_tube",)),
        (" adenopathy", ("lymphadenopathy",)),
        ("suboptimal study", ()),
        ("pseudonodule", None),
    ],
)
def test_a_label_is_one_finding_two_or_none(label: str, names: tuple[str, ...] | None) -> None:
    assert names_of(label) == names


@pytest.mark.parametrize("cell", ["", "nan", "['a'", "__import__('os')", "{}", "(" * 500])
def test_a_cell_that_is_no_list(cell: str) -> None:
    assert listed(cell) is None
    assert sides(cell) == {}


def test_sides_of_two_sentences_are_both() -> None:
    assert sides("[['nodule', 'loc right upper lobe'], ['nodule', 'loc left'], ['mass', 'loc basal'], 7]") == {
        "nodule": Side.BILATERAL
    }


@pytest.mark.parametrize(("year", "age"), [("1930.0", 84), ("1930", 84), ("2015", None), ("", None), ("x", None)])
def test_age_by_year_of_birth(year: str, age: int | None) -> None:
    assert age_of_birth(year, date(2014, 9, 15)) == age
    assert age_of_birth(year, None) is None


def test_a_renamed_column_is_told(tmp_path: Path) -> None:
    (tmp_path / TABLE).write_text("ImageID,StudyID,PatientID,Projection\n")
    with pytest.raises(SightlineError, match="column Labels is missing"):
        SOURCES["padchest"].load(tmp_path, tmp_path)
